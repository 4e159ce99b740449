{{/* Refuses values that would render and then not work. The schema has checked types and names already. */}}
{{- define "langwatch-gateway.validate" -}}
{{- if hasKey .Values.shutdown "preDrainWait" -}}
{{- fail "shutdown.preDrainWait is no longer read: set shutdown.preDrainWaitSeconds to a whole number of seconds" -}}
{{- end -}}
{{- if hasKey .Values.shutdown "timeout" -}}
{{- fail "shutdown.timeout is no longer read: set shutdown.timeoutSeconds to a whole number of seconds" -}}
{{- end -}}
{{- $wait := int64 .Values.shutdown.preDrainWaitSeconds -}}
{{- $drain := int64 .Values.shutdown.timeoutSeconds -}}
{{- $needed := add $wait $drain 10 -}}
{{- $given := int64 .Values.terminationGracePeriodSeconds -}}
{{- if lt $given $needed -}}
{{- fail (printf "terminationGracePeriodSeconds is %d and must be at least %d: shutdown.preDrainWaitSeconds (%d) + shutdown.timeoutSeconds (%d) + 10, or the pod is killed before it has drained" $given $needed $wait $drain) -}}
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
