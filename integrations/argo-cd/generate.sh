#!/usr/bin/env bash
# `generate` of a config management plugin: renders the application's folder, judges it, and prints it. What fails to be
# right is not synced, and Argo CD shows the findings as the error of the application.
#
#   LEASELINT_FAIL_ON  error (default), warning, info or never
set -euo pipefail

rendered=$(mktemp)
trap 'rm -f "$rendered"' EXIT
if [ -f Chart.yaml ]; then
    helm template "${ARGOCD_APP_NAME:-release}" . --namespace "${ARGOCD_APP_NAMESPACE:-default}" --include-crds >"$rendered"
elif [ -f kustomization.yaml ] || [ -f kustomization.yml ] || [ -f Kustomization ]; then
    kustomize build . >"$rendered"
else
    # Every file starts a document of its own.
    find . -type f \( -name '*.yaml' -o -name '*.yml' \) -not -path '*/.*' -print | LC_ALL=C sort |
        while IFS= read -r file; do
            echo '---'
            cat "$file"
            echo
        done >"$rendered"
fi
leaselint lint --fail-on "${LEASELINT_FAIL_ON:-error}" --stdin-filename rendered.yaml --color never - <"$rendered" >&2
cat "$rendered"
