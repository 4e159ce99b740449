{{/* Refuses values that would render and then not work. The schema has checked types and names already. */}}
{{- define "langwatch-gateway.validate" -}}
{{- if hasKey .Values.shutdown "preDrainWait" -}}
{{- fail "shutdown.preDrainWait is no longer read: set shutdown.preDrainWaitSeconds to a whole number of seconds" -}}
{{- end -}}
{{- if hasKey .Values.shutdown "timeout" -}}
{{- fail "shutdown.timeout is no longer read: set shutdown.timeoutSeconds to a whole number of seconds" -}}
{{- end -}}
{{- include "langwatch-gateway.validateDrain" (dict "prefix" "" "shutdown" .Values.shutdown "given" .Values.terminationGracePeriodSeconds) -}}
{{- if .Values.controlPlaneDeployment.enabled -}}
{{- $plane := .Values.controlPlaneDeployment -}}
{{- include "langwatch-gateway.validateDrain" (dict "prefix" "controlPlaneDeployment." "shutdown" $plane.shutdown "given" $plane.terminationGracePeriodSeconds) -}}
{{- end -}}
{{- if and .Values.environment (ne .Values.environment "local") (not (and .Values.security.blockLocalHTTPCalls .Values.security.requireHTTPSCustomEndpoints)) -}}
{{- fail (printf "environment is %q, and with any environment but local the gateway starts only when security.blockLocalHTTPCalls and security.requireHTTPSCustomEndpoints are true" .Values.environment) -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int64 .Values.autoscaling.minReplicas) (int64 .Values.autoscaling.maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas (%d) is greater than autoscaling.maxReplicas (%d)" (int64 .Values.autoscaling.minReplicas) (int64 .Values.autoscaling.maxReplicas)) -}}
{{- end -}}
{{- if .Values.spend.enabled -}}
{{- $of := ternary "spend.spool.persistence.size" "scratchSizeLimit" .Values.spend.spool.persistence.enabled -}}
{{- $size := ternary .Values.spend.spool.persistence.size .Values.scratchSizeLimit .Values.spend.spool.persistence.enabled -}}
{{- $bytes := include "langwatch-gateway.bytes" (dict "quantity" $size "of" $of) -}}
{{- if le (int64 $bytes) (int64 .Values.spend.spool.maxBytes) -}}
{{- fail (printf "%s is %s bytes and must be more than spend.spool.maxBytes (%d), because the spend records are kept there" $of $bytes (int64 .Values.spend.spool.maxBytes)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A pod must live until it has drained. Input: dict "prefix" "shutdown" "given". */}}
{{- define "langwatch-gateway.validateDrain" -}}
{{- $wait := int64 .shutdown.preDrainWaitSeconds -}}
{{- $drain := int64 .shutdown.timeoutSeconds -}}
{{- $needed := add $wait $drain 10 -}}
{{- if lt (int64 .given) $needed -}}
{{- fail (printf "%sterminationGracePeriodSeconds is %d and must be at least %d: %sshutdown.preDrainWaitSeconds (%d) + %sshutdown.timeoutSeconds (%d) + 10, or the pod is killed before it has drained" .prefix (int64 .given) $needed .prefix $wait .prefix $drain) -}}
{{- end -}}
{{- end -}}
