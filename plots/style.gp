# SPDX-License-Identifier: GPL-2.0-only
# What all pictures share.  Needs height (pixels), picture and format; PICTURE.data
# has been loaded: release, kconfig, accel, method, emulated.
# Colours are those of Okabe and Ito, told apart by colour-blind readers; each
# has dashes and a mark of its own for a print without colours.

set encoding utf8
width = 1200
if (format eq 'svg') {
	set terminal svg size width,height dynamic noenhanced background '#ffffff' font 'sans-serif,17'
} else {
	set terminal pngcairo size width,height noenhanced font 'DejaVu Sans,13'
}
set output picture.'.'.format.'.new'

# Places of a picture that say "ID|words" when they are pointed at, in a page
# that makes links of them (bench/views/svg.h); nothing of it is in a PNG.
places = format eq 'svg' ? 1 : 0
place(kernel, hangs, words) = (hangs > 0 ? sprintf('hangs-%d', kernel) : '').'|'.words

# The same where there is nothing to go to; and how it is drawn: not at all.
says(words) = place(0, 0, words)
unseen = '#FFFFFFFF'
# Where a point is that there is not: gnuplot 5.4 dies of labels without any.
far = 1e300

# Point sizes of the two terminals differ.
mark = format eq 'svg' ? 0.6 : 1

# Baseline first and thick: where curves coincide the thinner ones lie on it.
slots = 12
set style line 1 lc rgb '#000000' lw 3.6 dt solid              pt 7  ps 1.3 * mark
set style line 2 lc rgb '#D55E00' lw 3.2 dt (14,6)             pt 5  ps 1.3 * mark
set style line 3 lc rgb '#0072B2' lw 2.9 dt (18,5,4,5)         pt 9  ps 1.5 * mark
set style line 4 lc rgb '#009E73' lw 2.6 dt (6,5)              pt 11 ps 1.5 * mark
set style line 5 lc rgb '#E69F00' lw 2.4 dt (24,6)             pt 13 ps 1.6 * mark
set style line 6 lc rgb '#CC79A7' lw 2.4 dt (3,4)              pt 6  ps 1.3 * mark
set style line 7 lc rgb '#56B4E9' lw 2.4 dt (18,5,4,5,4,5)     pt 4  ps 1.3 * mark
set style line 8 lc rgb '#7F7F7F' lw 2.4 dt (10,4)             pt 8  ps 1.5 * mark
# More variants than Okabe and Ito have colours; these four are Paul Tol's.
set style line 9 lc rgb '#882255' lw 2.4 dt (6,3,2,3)          pt 10 ps 1.4 * mark
set style line 10 lc rgb '#44AA99' lw 2.4 dt (12,3)            pt 12 ps 1.5 * mark
set style line 11 lc rgb '#999933' lw 2.4 dt (2,5)             pt 15 ps 1.4 * mark
set style line 12 lc rgb '#332288' lw 2.4 dt (20,4,2,4)        pt 14 ps 1.4 * mark
style(i) = (i - 1) % slots + 1

grey = '#555555'
set style line 20 lc rgb '#D0D0D0' lw 1 dt solid
set style line 21 lc rgb '#EBEBEB' lw 1 dt solid
set border 3 lc rgb grey lw 1.2
set tics nomirror textcolor rgb '#000000'
set grid xtics ytics ls 20

# Text is set in pixels from the top, so that pictures of every height agree.
from_top(pixels) = 1 - pixels / real(height)
big = format eq 'svg' ? 'sans-serif,22' : 'DejaVu Sans,17'
bold = format eq 'svg' ? 'sans-serif,17' : 'DejaVu Sans:Bold,13'
small = format eq 'svg' ? 'sans-serif,15' : 'DejaVu Sans,11'

# Labels of tics are formats: a % in a name is not one.
plain(s) = strstrt(s, '%') == 0 ? s : s[1:strstrt(s, '%')].'%'.plain(s[strstrt(s, '%') + 1:*])

thousands(x) = x >= 1000 ? \
	thousands(int(x) / 1000).sprintf(',%03d', int(x) % 1000) : \
	sprintf('%.0f', x)
where = 'Linux '.release.(kconfig eq '' ? '' : ' ('.kconfig.')').(accel eq '' ? '' : ', '.accel).(method eq '' ? '' : ', '.method)
