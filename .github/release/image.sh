#!/usr/bin/env bash
# Packs a static leaselint for Linux as a container image from scratch, without a daemon: an OCI image layout as a tar file,
# leaselint-VERSION-image-ARCHITECTURE.tar, for `podman load`, `ctr images import` and `skopeo copy oci-archive:FILE`. With the
# manifest.json beside it, as `docker save` writes it, it is one for `docker load`, too.
#
#   image.sh PROGRAM ARCHITECTURE FOLDER      ARCHITECTURE as Go spells it: amd64 or arm64
#
# User, environment and entry point are those of the last stage of deploy/Dockerfile. Same program in, same bytes out.
# It needs bash, GNU tar and sha256sum.
set -euo pipefail

program=$1
architecture=$2
folder=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
version=$("$program" --version | sed 's/^leaselint //')
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What an instruction of the last stage says.
instruction() {
    sed -n '/^FROM scratch/,$p' "$root/deploy/Dockerfile" | sed -n "s/^$1 //p"
}
pack() {
    tar --create --sort=name --owner=0 --group=0 --numeric-owner --mtime="@${SOURCE_DATE_EPOCH:-0}" --format=ustar "$@"
}
# Puts a file where its content says and prints that.
blob() {
    local sum
    sum=$(sha256sum "$1" | cut -d ' ' -f 1)
    mv "$1" "$work/layout/blobs/sha256/$sum"
    printf '%s' "$sum"
}
# The descriptor of a blob.
descriptor() {
    local size
    size=$(stat -c %s "$work/layout/blobs/sha256/$2")
    printf '{"mediaType":"application/vnd.oci.image.%s","digest":"sha256:%s","size":%s' "$1" "$2" "$size"
}

mkdir -p "$work/layout/blobs/sha256" "$work/layer" "$folder"
cp "$program" "$work/layer/leaselint"
chmod 755 "$work/layer/leaselint"
pack --directory "$work/layer" --file "$work/layer.tar" leaselint
layer=$(blob "$work/layer.tar")

printf '{"architecture":"%s","os":"linux","config":{"User":"%s","Env":["%s"],"Entrypoint":%s,"Labels":%s},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
    "$architecture" "$(instruction USER)" "$(instruction ENV)" "$(instruction ENTRYPOINT)" \
    "{\"org.opencontainers.image.title\":\"leaselint\",\"org.opencontainers.image.version\":\"$version\",\"org.opencontainers.image.licenses\":\"Apache-2.0\"}" \
    "$layer" >"$work/config.json"
config=$(blob "$work/config.json")

printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":%s},"layers":[%s}]}' \
    "$(descriptor config.v1+json "$config")" "$(descriptor layer.v1.tar "$layer")" >"$work/manifest.json"
manifest=$(blob "$work/manifest.json")

printf '{"imageLayoutVersion":"1.0.0"}' >"$work/layout/oci-layout"
printf '{"schemaVersion":2,"manifests":[%s,"platform":{"architecture":"%s","os":"linux"},"annotations":{"org.opencontainers.image.ref.name":"%s"}}]}' \
    "$(descriptor manifest.v1+json "$manifest")" "$architecture" "$version" >"$work/layout/index.json"
printf '[{"Config":"blobs/sha256/%s","RepoTags":["leaselint:%s"],"Layers":["blobs/sha256/%s"]}]' \
    "$config" "$version" "$layer" >"$work/layout/manifest.json"

image=$folder/leaselint-$version-image-$architecture.tar
pack --directory "$work/layout" --file "$image" oci-layout index.json manifest.json blobs
echo "$image"
