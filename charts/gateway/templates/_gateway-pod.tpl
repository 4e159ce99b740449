{{/* Pod template of the gateway, shared by the Deployment and the StatefulSet. */}}
{{- define "langwatch-gateway.podTemplate" -}}
metadata:
  labels:
    {{- include "langwatch-gateway.labels" . | nindent 4 }}
    {{- with .Values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # A changed ConfigMap changes the pods, so that they restart with it.
    checksum/config: {{ include (print $.Template.BasePath "/configmap.yaml") . | sha256sum }}
    {{- with .Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "langwatch-gateway.serviceAccountName" . }}
  automountServiceAccountToken: false
  # Services of the namespace would otherwise stand in the environment that the gateway reads.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ int64 .Values.terminationGracePeriodSeconds }}
  {{- with .Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    {{- toYaml .Values.podSecurityContext | nindent 4 }}
  containers:
    - name: gateway
      image: {{ include "langwatch-gateway.image" . | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      command: [node, dist/apps/gateway/src/main.js]
      ports:
        - name: http
          containerPort: {{ int .Values.service.targetPort }}
          protocol: TCP
      envFrom:
        - configMapRef:
            name: {{ include "langwatch-gateway.fullname" . }}
      env:
        - name: LW_GATEWAY_INTERNAL_SECRET
          valueFrom:
            secretKeyRef:
              name: {{ .Values.secrets.existingSecretName }}
              key: {{ .Values.secrets.internalSecretKey }}
        - name: LW_GATEWAY_JWT_SECRET
          valueFrom:
            secretKeyRef:
              name: {{ .Values.secrets.existingSecretName }}
              key: {{ .Values.secrets.jwtSecretKey }}
        {{- with .Values.secrets.jwtSecretPreviousKey }}
        - name: LW_GATEWAY_JWT_SECRET_PREVIOUS
          valueFrom:
            secretKeyRef:
              name: {{ $.Values.secrets.existingSecretName }}
              key: {{ . }}
        {{- end }}
        {{- with .Values.secrets.internalSecretPreviousKey }}
        - name: LW_GATEWAY_INTERNAL_SECRET_PREVIOUS
          valueFrom:
            secretKeyRef:
              name: {{ $.Values.secrets.existingSecretName }}
              key: {{ . }}
        {{- end }}
        {{- with .Values.redis.existingSecretName }}
        - name: LW_GATEWAY_REDIS_URL
          valueFrom:
            secretKeyRef:
              name: {{ . }}
              key: {{ $.Values.redis.urlKey }}
        {{- end }}
        {{- with .Values.extraEnv }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      startupProbe:
        httpGet: { path: /startupz, port: http }
        {{- toYaml .Values.probes.startup | nindent 8 }}
      readinessProbe:
        httpGet: { path: /readyz, port: http }
        {{- toYaml .Values.probes.readiness | nindent 8 }}
      livenessProbe:
        httpGet: { path: /healthz, port: http }
        {{- toYaml .Values.probes.liveness | nindent 8 }}
      {{- with .Values.resources }}
      resources:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        {{- toYaml .Values.containerSecurityContext | nindent 8 }}
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        {{- if .Values.spend.spool.persistence.enabled }}
        - name: spool
          mountPath: /var/lib/gateway
        {{- end }}
        {{- with .Values.extraVolumeMounts }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: {{ .Values.scratchSizeLimit }}
    {{- with .Values.extraVolumes }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- include "langwatch-gateway.topologySpread" (dict "constraints" . "selector" (include "langwatch-gateway.selectorLabels" $)) | trim | nindent 4 }}
  {{- end }}
  {{- with .Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
{{- end -}}
