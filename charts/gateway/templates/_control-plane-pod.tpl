{{/* What the control plane's container and the migration's share: image, environment, limits. */}}
{{- define "langwatch-gateway.controlPlaneContainer" -}}
{{- $plane := .Values.controlPlaneDeployment -}}
image: {{ include "langwatch-gateway.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
env:
  - name: CONTROL_PLANE_ADDR
    value: {{ printf "0.0.0.0:%d" (int $plane.service.port) | quote }}
  - name: LOG_LEVEL
    value: {{ .Values.logging.level | quote }}
  {{- with include "langwatch-gateway.nodeOptions" (dict "resources" $plane.resources "heapPercent" .Values.nodeHeapPercent "extra" "" "of" "controlPlaneDeployment.resources.limits.memory") }}
  - name: NODE_OPTIONS
    value: {{ . | quote }}
  {{- end }}
  {{- include "langwatch-gateway.controlPlaneSecretEnv" . | trim | nindent 2 }}
  {{- with $plane.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with $plane.resources }}
resources:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.containerSecurityContext | nindent 2 }}
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- end -}}

{{- define "langwatch-gateway.controlPlaneSecretEnv" -}}
{{- $secrets := .Values.controlPlaneDeployment.secrets -}}
{{- $keys := list
  (list "DATABASE_URL" $secrets.databaseUrlKey)
  (list "LW_GATEWAY_INTERNAL_SECRET" $secrets.internalSecretKey)
  (list "LW_GATEWAY_INTERNAL_SECRET_PREVIOUS" $secrets.internalSecretPreviousKey)
  (list "LW_GATEWAY_JWT_SECRET" $secrets.jwtSecretKey)
  (list "LW_VIRTUAL_KEY_PEPPER" $secrets.virtualKeyPepperKey)
  (list "LW_VIRTUAL_KEY_PEPPER_PREVIOUS" $secrets.virtualKeyPepperPreviousKey)
  (list "CONTROL_PLANE_SEALING_KEYS" $secrets.sealingKeysKey) -}}
{{- range $keys }}
{{- if last . }}
- name: {{ first . }}
  valueFrom:
    secretKeyRef:
      name: {{ $secrets.existingSecretName }}
      key: {{ last . }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* What their pods share. */}}
{{- define "langwatch-gateway.controlPlanePod" -}}
automountServiceAccountToken: false
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
