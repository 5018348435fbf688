#!/bin/sh
# Unpacks Glewlwyd, and the libraries that this machine does not have, into the folder root. Nothing is
# installed: no service starts, and only "apt-get update" would need root. The version is that of the first
# argument; the libraries are those of the distribution.
set -eu
version=$1
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

for program in apt-get dpkg-deb python3; do
	command -v "$program" >/dev/null || {
		echo "$program is not installed: Glewlwyd comes as the Debian package glewlwyd" >&2
		exit 1
	}
done
if ! apt-cache show glewlwyd >/dev/null 2>&1; then
	apt-get -qq update
fi
# dbconfig-no-thanks is the choice among the ways to a database that brings nothing.
missing=$(apt-get install --simulate --no-install-recommends glewlwyd dbconfig-no-thanks | sed -n 's/^Inst \([^ ]*\) .*/\1/p')
mkdir -p packages root
cd packages
# shellcheck disable=SC2086 # it is a list of names
apt-get -qq -o "APT::Sandbox::User=$(id -un)" download glewlwyd glewlwyd-common $missing
found=$(dpkg-deb --field glewlwyd_*.deb Version)
case $found in
"$version"[-+]*) ;;
*)
	echo "the package glewlwyd has version $found here, and $version is wanted" >&2
	exit 1
	;;
esac
for package in *.deb; do
	dpkg-deb --extract "$package" ../root
done
cd ..
rm -r packages
