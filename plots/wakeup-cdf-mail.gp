# SPDX-License-Identifier: GPL-2.0-only
# Quantiles of the wakeup latency by variant in characters.

load picture.'.data'
all = last[panels]
lines = all + 5
load 'mail.gp'

set logscale x
decades = log10(top / bottom)
steps = decades < 1.5 ? '1 2 5' : '1'
set xrange [bottom / 1.05:top * 1.05]
set xtics ()
do for [e = floor(log10(bottom)):ceil(log10(top))] {
	do for [m in steps] {
		x = m * 10. ** e
		if (x >= bottom / 1.05 && x <= top * 1.05) {
			set xtics add ((x < 1000 ? sprintf('%g us', x) : x < 1000000 ? sprintf('%g ms', x / 1000) : sprintf('%g s', x / 1000000)) x)
		}
	}
}
set yrange [all + 1:0]
unset ytics
set border 1
set lmargin 15
set rmargin 22
set tmargin 1
known(s) = s ne '-' && s ne 'hangs often'
set label 'wakeup latency, | p50  + p99, means of cells  > max (log)'.(emulated ? ', emulated' : '') at screen 0,0.99
do for [k = 1:panels] {
	do for [i = first[k]:last[k]] {
		set label panels > 1 ? name[i][1:8].'/'.panel[k][1:5] : name[i] at graph -0.02,first i right
		if (known(p50[i])) { set label '|' at p50[i] + 0,i center }
		if (known(p99[i])) { set label '+' at p99[i] + 0,i center }
		if (known(longest[i])) { set label '>' at longest[i] + 0,i center }
		set label p50[i].' '.p99[i].' us' at graph 1.06,first i left
	}
}
plot NaN
