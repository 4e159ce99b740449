{{/* Names and labels. */}}
{{- define "langwatch-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Prefix of every resource name; short enough that the longest suffix still fits a label. */}}
{{- define "langwatch-gateway.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "langwatch-gateway.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "langwatch-gateway.controlPlaneName" -}}
{{- printf "%s-control-plane" (include "langwatch-gateway.fullname" .) -}}
{{- end -}}

{{/* Labels shared by everything in the chart. */}}
{{- define "langwatch-gateway.commonLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/version: {{ default .Chart.AppVersion .Values.image.tag | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Labels that select the gateway's pods and no others. They cannot change between upgrades. */}}
{{- define "langwatch-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "langwatch-gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: ai-gateway
{{- end -}}

{{- define "langwatch-gateway.labels" -}}
{{ include "langwatch-gateway.selectorLabels" . }}
{{ include "langwatch-gateway.commonLabels" . }}
{{- end -}}

{{/* Labels that select the control plane's pods and no others. */}}
{{- define "langwatch-gateway.controlPlaneSelectorLabels" -}}
app.kubernetes.io/name: {{ include "langwatch-gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: control-plane
{{- end -}}

{{- define "langwatch-gateway.controlPlaneLabels" -}}
{{ include "langwatch-gateway.controlPlaneSelectorLabels" . }}
{{ include "langwatch-gateway.commonLabels" . }}
{{- end -}}

{{- define "langwatch-gateway.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "langwatch-gateway.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "langwatch-gateway.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* URL of the control plane: the one given, the one of this chart, or the one of the umbrella release. */}}
{{- define "langwatch-gateway.controlPlaneUrl" -}}
{{- if .Values.controlPlane.baseUrl -}}
{{- .Values.controlPlane.baseUrl -}}
{{- else if .Values.controlPlaneDeployment.enabled -}}
{{- printf "http://%s:%d" (include "langwatch-gateway.controlPlaneName" .) (int .Values.controlPlaneDeployment.service.port) -}}
{{- else -}}
{{- printf "http://%s-app:5560" .Release.Name -}}
{{- end -}}
{{- end -}}

{{/* Kind of the gateway's workload: only a StatefulSet gives a replica its volume back. */}}
{{- define "langwatch-gateway.workloadKind" -}}
{{- ternary "StatefulSet" "Deployment" .Values.spend.spool.persistence.enabled -}}
{{- end -}}

{{/* Bytes of a Kubernetes quantity, as a whole number. Input: dict "quantity" "of". */}}
{{- define "langwatch-gateway.bytes" -}}
{{- $quantity := .quantity -}}
{{- if not (kindIs "string" $quantity) -}}{{- $quantity = printf "%d" (int64 $quantity) -}}{{- end -}}
{{- if not (regexMatch "^[0-9]+(\\.[0-9]+)?(k|Ki|M|Mi|G|Gi|T|Ti)?$" $quantity) -}}
{{- fail (printf "%s is %q: write it in bytes or with one of the units k, Ki, M, Mi, G, Gi, T, Ti" .of $quantity) -}}
{{- end -}}
{{- $factors := dict "" 1 "k" 1000 "Ki" 1024 "M" 1000000 "Mi" 1048576 "G" 1000000000 "Gi" 1073741824 "T" 1000000000000 "Ti" 1099511627776 -}}
{{- $unit := regexFind "[A-Za-z]*$" $quantity -}}
{{- $number := trimSuffix $unit $quantity -}}
{{- printf "%.0f" (mulf (float64 $number) (float64 (get $factors $unit))) -}}
{{- end -}}

{{/* Whole seconds of a duration: a number of seconds, or a text such as 90s, 5m or 1h. Input: dict "duration" "of" "max". */}}
{{- define "langwatch-gateway.seconds" -}}
{{- $text := .duration -}}
{{- if not (kindIs "string" $text) -}}{{- $text = printf "%d" (int64 $text) -}}{{- end -}}
{{- if not (regexMatch "^[0-9]{1,8}(s|m|h)?$" $text) -}}
{{- fail (printf "%s is %q: write it as a whole number of seconds, or as a text such as 90s, 5m or 1h" .of $text) -}}
{{- end -}}
{{- $unit := regexFind "[smh]?$" $text -}}
{{- $seconds := mul (int64 (trimSuffix $unit $text)) (get (dict "" 1 "s" 1 "m" 60 "h" 3600) $unit) -}}
{{- if or (lt $seconds 1) (gt $seconds (int64 .max)) -}}
{{- fail (printf "%s is %q: it must be between 1 and %d seconds" .of $text (int64 .max)) -}}
{{- end -}}
{{- $seconds -}}
{{- end -}}

{{/* NODE_OPTIONS for a container. Input: dict "resources" "heapPercent" "extra" "of". */}}
{{- define "langwatch-gateway.nodeOptions" -}}
{{- $flags := list -}}
{{- $limit := dig "limits" "memory" "" (.resources | default dict) -}}
{{- if and $limit (not (regexMatch "--max[-_]old[-_]space[-_]size" .extra)) -}}
{{- $bytes := include "langwatch-gateway.bytes" (dict "quantity" $limit "of" .of) -}}
{{- $mebibytes := floor (divf (mulf (float64 $bytes) (float64 .heapPercent)) 104857600.0) -}}
{{- $flags = append $flags (printf "--max-old-space-size=%.0f" $mebibytes) -}}
{{- end -}}
{{- if .extra -}}{{- $flags = append $flags .extra -}}{{- end -}}
{{- join " " $flags -}}
{{- end -}}

{{/* Topology spread with a selector filled in where none is given. Input: dict "constraints" "selector". */}}
{{- define "langwatch-gateway.topologySpread" -}}
{{- $selector := .selector -}}
{{- range .constraints }}
{{- $constraint := deepCopy . -}}
{{- if not (hasKey $constraint "labelSelector") -}}
{{- $_ := set $constraint "labelSelector" (dict "matchLabels" (fromYaml $selector)) -}}
{{- end }}
{{ list $constraint | toYaml }}
{{- end -}}
{{- end -}}
