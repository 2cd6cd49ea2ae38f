#!/usr/bin/env bash
# Make the guest that systemd runs, in the cache folder of build.sh and after it: Debian for arm64 with systemd, udev,
# Mosquitto, chrony, Node and npm, and in /root the packed package of neurond.
#   build-service.sh FOLDER
# It makes in FOLDER: service.cpio, and disk.ext4 for what the guest writes.
set -euo pipefail
# shellcheck source=build.sh
source "$(dirname "$0")/build.sh" "$1"

DEBIAN=(base-files base-passwd passwd login bash dash coreutils findutils grep sed libc-bin util-linux mount procps kmod \
  systemd systemd-sysv udev dbus iproute2 sudo mosquitto mosquitto-clients libstdc++6 chrony)

# No maintainer script is run, because none could be: the packages are laid out, and users come from systemd-sysusers.
fetch_debian() {
  local archives=$work/apt/var/cache/apt/archives deb
  host=arm64
  prepare_apt
  own_apt apt-get install --yes --download-only --no-install-recommends "${DEBIAN[@]}" >/dev/null
  mkdir -p "$root"/usr/{bin,sbin,lib}
  ln -s usr/bin usr/sbin usr/lib "$root"
  for deb in "$archives"/*.deb; do dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$root"; done
  rm -rf "$root"/usr/share/{doc,man,info,locale,zoneinfo,perl,i18n} "$root"/usr/lib/aarch64-linux-gnu/{perl,gconv}
}

# What the maintainer scripts would have done, as far as it matters here.
settle_debian() {
  local unit
  cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
  cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
  : >"$root/etc/shadow"
  : >"$root/etc/gshadow"
  : >"$root/etc/machine-id"
  echo guest >"$root/etc/hostname"
  echo '127.0.0.1 localhost guest' >"$root/etc/hosts"
  printf '%s required pam_permit.so\n' auth account password session | tee "$root/etc/pam.d/other" >"$root/etc/pam.d/sudo"
  ln -sf dash "$root/usr/bin/sh"
  ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
  for unit in getty.target getty@tty1.service serial-getty@ttyAMA0.service systemd-timesyncd.service mosquitto.service chrony.service \
    systemd-networkd.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer; do
    ln -sf /dev/null "$root/etc/systemd/system/$unit"
  done
}

add_node_and_modules() {
  (cd "$root" && cpio --extract --make-directories --quiet usr/bin/node 'modules/*' <"$cache/system.cpio")
  find "$root/modules" -name '*.xz' -exec xz --decompress {} +
}

make_debian() {
  local from
  from="$node_version $(sum "$here/build.sh" "$here/build-service.sh" "$here"/*.c)"
  if fresh debian "$from"; then return; fi
  echo "kernel lab: fetching Debian with systemd" >&2
  work=$scratch/debian root=$work/root
  fetch_debian
  settle_debian
  add_node_and_modules
  archive "$root" "$cache/debian.cpio"
  echo "$from" >"$cache/debian.made"
}

# npm itself, and all that it wants to know and to have for the packed package, in a cache: the guest has no network.
make_npm() {
  local version from tree=$scratch/npm
  version=$(npm --version)
  from="$node_version $version $(sum "$here/build-service.sh" "$project/package-lock.json" "$project/package.json")"
  if fresh npm "$from"; then return; fi
  echo "kernel lab: filling a cache of npm for arm64" >&2
  mkdir -p "$tree/usr/lib/node_modules/npm" "$tree/usr/bin" "$tree/root"
  tar -xzf "$scratch/$(cd "$scratch" && npm pack --silent "npm@$version")" -C "$tree/usr/lib/node_modules/npm" --strip-components=1
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$tree/usr/bin/npm"
  npm install --silent --global --prefix "$scratch/elsewhere" --cache "$tree/root/.npm" --ignore-scripts \
    --os=linux --cpu=arm64 --libc=glibc "$scratch/$package" >&2
  rm -rf "$tree/root/.npm/_logs"
  printf '%s\n' {audit,color,fund,progress,update-notifier}=false offline=true "registry=$(npm config get registry)" \
    >"$tree/root/.npmrc"
  archive "$tree" "$cache/npm.cpio"
  echo "$from" >"$cache/npm.made"
}

# What changes with every build: the package as a file, and what the lab does in the guest.
make_own() {
  local own=$scratch/own units=$scratch/own/usr/lib/systemd/system
  mkdir -p "$own/root" "$own/lab" "$units/multi-user.target.wants" "$units/neurond.service.d"
  cp "$scratch/$package" "$own/root/"
  cp "$here"/service/* "$own/lab/"
  mv "$own/lab/lab.service" "$units/"
  mv "$own/lab/lab.conf" "$units/neurond.service.d/"
  ln -s ../lab.service "$units/multi-user.target.wants/"
  archive "$own" "$cache/own.cpio"
}

# Blank: every guest writes on a copy of its own.
make_disk() {
  [ -e "$cache/disk.ext4" ] && return
  PATH=$PATH:/usr/sbin:/sbin mke2fs -q -t ext4 "$cache/disk.new" 512M
  mv "$cache/disk.new" "$cache/disk.ext4"
}

package=$(cd "$project" && npm pack --silent --ignore-scripts --pack-destination "$scratch")
make_debian
make_npm
make_own
make_disk
join "$cache/service.cpio" "$cache/debian.cpio" "$cache/npm.cpio" "$cache/own.cpio"
