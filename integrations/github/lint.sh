#!/usr/bin/env bash
# The step of action.yml that judges. leaselint itself writes the annotations and the summary of the job.
#
#   PATHS     one a line
#   BASE      a revision: judge the change from it to the working tree; empty: judge what is there
#   FAIL_ON   error, warning, info or never
#   ARGUMENTS further arguments, one a line
#   REPORTS   the folder for leaselint.sarif and leaselint.md
set -uo pipefail

lines() { sed -e 's/^[[:space:]]*//' -e 's/[[:space:]]*$//' -e '/^$/d' <<<"$1"; }

# macOS has bash 3.2, without mapfile.
paths=()
while IFS= read -r line; do paths+=("$line"); done < <(lines "${PATHS:-}")
[ "${#paths[@]}" -gt 0 ] || paths=(.)
arguments=()
while IFS= read -r line; do arguments+=("$line"); done < <(lines "${ARGUMENTS:-}")
mkdir -p "$REPORTS"
arguments+=(--fail-on "${FAIL_ON:-warning}" --output "sarif=$REPORTS/leaselint.sarif" --output "markdown=$REPORTS/leaselint.md")
status=0
if [ -z "${BASE:-}" ]; then
    leaselint lint "${arguments[@]}" -- "${paths[@]}" || status=$?
elif [ "${#paths[@]}" -eq 1 ]; then
    leaselint diff "${arguments[@]}" -- "$BASE" "${paths[0]}" || status=$?
else
    echo 'with a base there can be one path' >&2
    exit 2
fi
{
    echo "status=$status"
    for report in sarif md; do
        [ ! -f "$REPORTS/leaselint.$report" ] || echo "$report=$REPORTS/leaselint.$report"
    done
} >>"${GITHUB_OUTPUT:-/dev/stdout}"
exit "$status"
