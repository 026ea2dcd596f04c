# SPDX-License-Identifier: GPL-2.0-only
# Pictures in characters, for a mail: needs lines, how many there are.

set terminal dumb size 72,lines noenhanced mono
set output picture.'.txt.new'
unset key
unset border
set tics nomirror scale 0.5
thousands(x) = x >= 1000 ? \
	thousands(int(x) / 1000).sprintf(',%03d', int(x) % 1000) : \
	sprintf('%.0f', x)
