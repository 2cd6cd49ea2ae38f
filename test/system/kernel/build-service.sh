#!/usr/bin/env bash
# Make the guest that systemd runs, in the cache folder of build.sh and after it: Debian for arm64 with systemd, udev,
# Mosquitto and Node, and neurond as `npm install --global` puts it there from the package that npm packs.
#   build-service.sh FOLDER
# It makes in FOLDER: service.cpio.
set -euo pipefail
# shellcheck source=build.sh
source "$(dirname "$0")/build.sh" "$1"

DEBIAN=(base-files base-passwd passwd login bash dash coreutils findutils grep sed libc-bin util-linux mount procps kmod \
  systemd systemd-sysv udev dbus iproute2 sudo mosquitto mosquitto-clients libstdc++6)

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
  for unit in getty.target getty@tty1.service serial-getty@ttyAMA0.service systemd-timesyncd.service mosquitto.service \
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

# The dependencies as the registry gives them to a Pi where nothing is compiled.
make_installed() {
  local from prefix=$scratch/installed/usr own=$scratch/own package
  package=$(cd "$project" && npm pack --silent --ignore-scripts --pack-destination "$scratch")
  from="$node_version $(sum "$here/build-service.sh" "$project/package-lock.json" "$project/package.json")"
  if ! fresh installed "$from"; then
    echo "kernel lab: installing the packed package for arm64" >&2
    npm install --silent --global --prefix "$prefix" --ignore-scripts --no-audit --no-fund \
      --os=linux --cpu=arm64 --libc=glibc "$scratch/$package" >&2
    rm -rf "$prefix"/lib/node_modules/neurond/{dist,systemd,config,README.md}
    archive "$scratch/installed" "$cache/installed.cpio"
    echo "$from" >"$cache/installed.made"
  fi
  # What changes with every build: the package's own files, and what the lab does in the guest.
  mkdir -p "$own/usr/lib/node_modules/neurond" "$own/lab" "$own/etc/systemd/system/multi-user.target.wants"
  tar -xzf "$scratch/$package" -C "$own/usr/lib/node_modules/neurond" --strip-components=1
  chmod +x "$own/usr/lib/node_modules/neurond/dist/src/cli/main.js"
  cp "$here"/service/* "$own/lab/"
  mv "$own/lab/lab.service" "$own/etc/systemd/system/"
  ln -s ../lab.service "$own/etc/systemd/system/multi-user.target.wants/"
  archive "$own" "$cache/own.cpio"
}

make_debian
make_installed
join "$cache/service.cpio" "$cache/debian.cpio" "$cache/installed.cpio" "$cache/own.cpio"
