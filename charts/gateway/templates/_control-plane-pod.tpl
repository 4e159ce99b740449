{{/* What the control plane's container and the migration's share: image, limits, security. */}}
{{- define "langwatch-gateway.controlPlaneContainer" -}}
image: {{ include "langwatch-gateway.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with .Values.controlPlaneDeployment.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.containerSecurityContext | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- end -}}

{{/* Environment that Node reads, and the operator's own. */}}
{{- define "langwatch-gateway.controlPlaneCommonEnv" -}}
{{- $plane := .Values.controlPlaneDeployment -}}
{{- with include "langwatch-gateway.nodeOptions" (dict "resources" $plane.resources "heapPercent" .Values.nodeHeapPercent "extra" "" "of" "controlPlaneDeployment.resources.limits.memory") }}
- name: NODE_OPTIONS
  value: {{ . | quote }}
{{- end }}
{{- with $plane.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Environment of the serving control plane. */}}
{{- define "langwatch-gateway.controlPlaneEnv" -}}
{{- $plane := .Values.controlPlaneDeployment -}}
- name: CONTROL_PLANE_ADDR
  value: {{ printf "0.0.0.0:%d" (int $plane.service.port) | quote }}
- name: CONTROL_PLANE_GRACEFUL_SECONDS
  value: {{ int64 $plane.shutdown.timeoutSeconds | quote }}
- name: DATABASE_CONNECTIONS_MAX
  value: {{ int $plane.databaseConnectionsMax | quote }}
- name: BLOCK_LOCAL_HTTP_CALLS
  value: {{ .Values.security.blockLocalHTTPCalls | quote }}
- name: REQUIRE_HTTPS_CUSTOM_ENDPOINTS
  value: {{ .Values.security.requireHTTPSCustomEndpoints | quote }}
- name: LOG_LEVEL
  value: {{ .Values.logging.level | quote }}
{{ include "langwatch-gateway.controlPlaneSecretEnv" (dict "secrets" $plane.secrets "keys" (list
  (list "DATABASE_URL" $plane.secrets.databaseUrlKey)
  (list "LW_GATEWAY_INTERNAL_SECRET" $plane.secrets.internalSecretKey)
  (list "LW_GATEWAY_INTERNAL_SECRET_PREVIOUS" $plane.secrets.internalSecretPreviousKey)
  (list "LW_GATEWAY_JWT_SECRET" $plane.secrets.jwtSecretKey)
  (list "LW_VIRTUAL_KEY_PEPPER" $plane.secrets.virtualKeyPepperKey)
  (list "LW_VIRTUAL_KEY_PEPPER_PREVIOUS" $plane.secrets.virtualKeyPepperPreviousKey)
  (list "CONTROL_PLANE_SEALING_KEYS" $plane.secrets.sealingKeysKey))) | trim }}
{{- end -}}

{{/* Environment of the migration, which is given no secret but the database's. */}}
{{- define "langwatch-gateway.migrationEnv" -}}
{{- $secrets := .Values.controlPlaneDeployment.secrets -}}
{{ include "langwatch-gateway.controlPlaneSecretEnv" (dict "secrets" $secrets "keys" (list (list "DATABASE_URL" $secrets.databaseUrlKey))) | trim }}
{{- end -}}

{{/* Environment out of a Secret; a name whose key is empty is left out. Input: dict "secrets" "keys". */}}
{{- define "langwatch-gateway.controlPlaneSecretEnv" -}}
{{- $secret := .secrets.existingSecretName -}}
{{- range .keys }}
{{- if last . }}
- name: {{ first . }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ last . }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* What their pods share. */}}
{{- define "langwatch-gateway.controlPlanePod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: {{ .Values.scratchSizeLimit }}
{{- with .Values.controlPlaneDeployment.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.controlPlaneDeployment.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
