#!/usr/bin/env bash
# Packs a built leaselint as a release has it: leaselint-VERSION-TARGET.tar.gz with the program, its manual, completions, licence,
# README and changelog.
#
#   package.sh PROGRAM TARGET FOLDER
#
# Same files in, same bytes out, as far as tar and gzip allow it.
set -euo pipefail

program=$1
target=$2
folder=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
version=$("$program" --version | sed 's/^leaselint //')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cp "$program" "$work/leaselint"
chmod 755 "$work/leaselint"
cp "$root/LICENSE" "$root/README.md" "$root/CHANGELOG.md" "$work/"
"$program" man >"$work/leaselint.1"
mkdir "$work/completions"
for shell in bash elvish fish powershell zsh; do
    "$program" completions "$shell" >"$work/completions/leaselint.$shell"
done
mkdir -p "$folder"
archive=$folder/leaselint-$version-$target.tar.gz
names=(leaselint LICENSE README.md CHANGELOG.md leaselint.1 completions)
if tar --version | grep -q 'GNU tar'; then
    tar --create --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner \
        --mtime="@${SOURCE_DATE_EPOCH:-0}" "${names[@]}" | gzip --no-name >"$archive"
else
    tar -cf - -C "$work" "${names[@]}" | gzip -n >"$archive"
fi
echo "$archive"
