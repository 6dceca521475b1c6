#!/usr/bin/env bash
# Runs the program of an image that image.sh has packed in a folder that holds nothing else, without a container engine: what is
# not in the image is not there.
#
#   run-image.sh IMAGE ARGUMENT...
#
# It needs bash, tar and unshare (util-linux), as root or with user namespaces.
set -euo pipefail

image=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -xf "$image" -C "$work"
# A layer is the only blob that is a tar file.
mkdir "$work/root"
for blob in "$work"/blobs/sha256/*; do
    if tar -tf "$blob" >/dev/null 2>&1; then
        tar -xf "$blob" -C "$work/root"
    fi
done
if [ "$(id -u)" = 0 ]; then
    chroot "$work/root" /leaselint "$@"
else
    unshare --user --map-root-user chroot "$work/root" /leaselint "$@"
fi
