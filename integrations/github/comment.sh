#!/usr/bin/env bash
# The step of action.yml that comments on the pull request: one comment, which later runs write anew. Without a finding
# and without such a comment there is nothing to write.
#
#   REPORT      leaselint.md
#   STATUS      the exit status of leaselint
#   REPOSITORY  as owner/name
#   NUMBER      of the pull request
#   GH_TOKEN    a token with the permission `pull-requests: write`
set -euo pipefail

mark='<!-- leaselint -->'
body=$(mktemp)
trap 'rm -f "$body"' EXIT
# GitHub takes at most 65,536 characters.
{
    echo "$mark"
    head -c 60000 "$REPORT"
} >"$body"
known=$(gh api --paginate "repos/$REPOSITORY/issues/$NUMBER/comments" \
    --jq ".[] | select(.body | startswith(\"$mark\")) | .id" | head -n 1)
if [ -n "$known" ]; then
    gh api --method PATCH "repos/$REPOSITORY/issues/comments/$known" --field "body=@$body" --silent
elif [ "$STATUS" != 0 ]; then
    gh api --method POST "repos/$REPOSITORY/issues/$NUMBER/comments" --field "body=@$body" --silent
fi
