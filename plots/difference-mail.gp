# SPDX-License-Identifier: GPL-2.0-only
# Difference to the baseline in characters: hangs and the median wakeup, one
# below the other.

load picture.'.data'
all = last[panels]
lines = all + 6
load 'mail.gp'

set border 1
set lmargin 15
set rmargin 33
set tmargin 2
set yrange [all + 1:0]
unset ytics
nice(x) = 10 ** floor(log10(x)) * (x / 10 ** floor(log10(x)) < 1.5 ? 1 : x / 10 ** floor(log10(x)) < 3.5 ? 2 : x / 10 ** floor(log10(x)) < 7.5 ? 5 : 10)
do for [n = 1:(metrics < 2 ? 1 : 2)] {
	# Hangs, and the median wakeup if there is one.
	m = n == 1 ? 1 : metrics > 2 ? 3 : 2
	unset label
	unset arrow
	set label 'to '.(panels > 1 ? 'baseline' : base[1]).': '.metric[m].(intervals ? \
		', 95 % by boots' : '; one boot, no interval') at screen 0,0.99
	do for [k = 1:panels] {
		do for [i = first[k]:last[k]] {
			set label (panels > 1 ? name[i][1:8].'/'.panel[k][1:5] : name[i]) at graph -0.02,first i right
			set label label[(m - 1) * all + i] at graph 1.06,first i left
		}
	}
	unset logscale x
	set xtics ()
	if (ratio[m]) {
		set logscale x
		low = least[m] / 1.05 > 0.8 ? 0.8 : least[m] / 1.05
		high = most[m] * 1.05 < 1.25 ? 1.25 : most[m] * 1.05
		none = 1
		set xtics add (sprintf('%.2g', low) low, '1' 1, sprintf('%.3g', high) high)
	} else {
		span = most[m] - least[m]
		span = span < 1e-6 ? 1 : span
		low = least[m] - 0.05 * span
		high = most[m] + 0.05 * span
		none = 0
		step = nice((high - low) / 3)
		do for [i = ceil(low / step):floor(high / step)] {
			set xtics add (i == 0 ? '0' : sprintf('%+g', i * step) i * step)
		}
	}
	set xrange [low:high]
	set arrow from first none,first 1 to first none,first all + 0.6 nohead
	plot $data index m - 1 using 3:1:($4 - $3):(0) with vectors nohead, \
		'' index m - 1 using 2:1:('o') with labels
}
