#!/usr/bin/env bash
# Installs a released leaselint and prints the folder that it is in.
#
#   LEASELINT_VERSION   as 0.1.0
#   LEASELINT_FOLDER    where to [default: ~/.local/bin]
#   LEASELINT_RELEASES  where the releases are [default: those of github.com/leaselint/leaselint]
#
# What is downloaded is compared with SHA256SUMS of the release. A leaselint of the same version that is on the path
# already is left alone.
set -euo pipefail

version=${LEASELINT_VERSION:?LEASELINT_VERSION is not set}
version=${version#v}
folder=${LEASELINT_FOLDER:-$HOME/.local/bin}
releases=${LEASELINT_RELEASES:-https://github.com/leaselint/leaselint/releases/download}

if present=$(command -v leaselint) && [ "$(leaselint --version)" = "leaselint $version" ]; then
    dirname "$present"
    exit
fi

case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) target=x86_64-unknown-linux-musl ;;
    Linux-aarch64) target=aarch64-unknown-linux-musl ;;
    Darwin-arm64) target=aarch64-apple-darwin ;;
    Darwin-x86_64) target=x86_64-apple-darwin ;;
    *)
        echo "leaselint is not released for $(uname -s) on $(uname -m); cargo install builds it" >&2
        exit 1
        ;;
esac

archive=leaselint-$version-$target.tar.gz
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in "$archive" SHA256SUMS; do
    curl --fail --silent --show-error --location --retry 3 --output "$work/$file" "$releases/v$version/$file"
done
cd "$work"
grep -F "  $archive" SHA256SUMS >wanted || {
    echo "SHA256SUMS of version $version does not name $archive" >&2
    exit 1
}
if command -v sha256sum >/dev/null; then
    sha256sum -c wanted >&2
else
    shasum -a 256 -c wanted >&2
fi
tar -xzf "$archive" leaselint
mkdir -p "$folder"
install -m 755 leaselint "$folder/leaselint"
echo "$folder"
