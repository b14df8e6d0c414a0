{{- define "parcels.fullname" -}}
{{- /* "-rehearse" follows, and a name has at most 63 characters. Helm's release names have at most 53. */}}
{{- ternary .Release.Name (printf "%s-%s" .Release.Name .Chart.Name) (contains .Chart.Name .Release.Name) | trunc 54 | trimSuffix "-" }}
{{- end }}

{{- define "parcels.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "parcels.labels" -}}
{{ include "parcels.selector" . }}
{{- /* Flux adds "+" and a digest to the version, which a label can't have. */}}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "parcels.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  seccompProfile:
    type: RuntimeDefault
volumes:
  - name: tmp
    emptyDir: {}
{{- end }}

{{- define "parcels.container" -}}
image: {{ .Values.image | quote }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ ALL ]
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- end }}

{{- define "parcels.database" -}}
- name: SPRING_DATASOURCE_URL
  value: {{ .url | quote }}
- name: SPRING_DATASOURCE_USERNAME
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: username
- name: SPRING_DATASOURCE_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: password
{{- end }}
