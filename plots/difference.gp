# SPDX-License-Identifier: GPL-2.0-only
# How each variant differs from the baseline, with intervals: a panel for each
# metric, two beside each other, below each other by kconfig.

load picture.'.data'
head = 134
foot = 30
lane = 40
rows = last[panels]
deep = (metrics + 1) / 2
height = head + foot + deep * rows * lane + panels * (deep * 92 + 26) - 40
load 'style.gp'

unset border
unset key
set errorbars 0.5
set grid xtics noytics ls 20
start(c) = c == 0 ? 0.135 : 0.575
# Beside them the figures, which are short without intervals.
end(c) = start(c) + (intervals ? 0.225 : 0.31)
nice(x) = 10 ** floor(log10(x)) * (x / 10 ** floor(log10(x)) < 1.5 ? 1 : x / 10 ** floor(log10(x)) < 3.5 ? 2 : x / 10 ** floor(log10(x)) < 7.5 ? 5 : 10)

set multiplot
ptop = head
do for [k = 1:panels] {
	lanes = last[k] - first[k] + 1
	do for [m = 1:metrics] {
		c = (m - 1) % 2
		unset label
		unset object
		unset arrow
		if (k == 1 && m == 1) {
			set label 'Difference to '.(panels > 1 ? 'baseline' : base[1]) at screen 0.02,from_top(30) font big
			set label where.(emulated ? '; emulated (TCG)' : '').'; over the cells that both have' \
				at screen 0.02,from_top(62)
			set label (intervals ? \
				sprintf('bars: 95 %% (Welch) of %s boots of each kernel', \
				boots_min == boots_max ? sprintf('%.0f', boots_min) : sprintf('%.0f to %.0f', boots_min, boots_max)) : \
				'no intervals: there is one boot of each kernel').left_out \
				at screen 0.02,from_top(88) font small tc rgb grey
		}
		if (m == 1 && panels > 1) {
			set label 'kconfig '.panel[k].', to '.base[k] at screen 0.02,from_top(ptop - 14) font bold
		}
		y0 = ptop + 26 + ((m - 1) / 2) * (lanes * lane + 92)
		set tmargin at screen from_top(y0)
		set bmargin at screen from_top(y0 + lanes * lane)
		set lmargin at screen start(c)
		set rmargin at screen end(c)
		set label metric[m] at screen start(c),from_top(y0 - 15) font bold
		unset logscale x
		set xtics ()
		if (ratio[m]) {
			low = least[m] / 1.08
			high = most[m] * 1.08
			low = low > 0.8 ? 0.8 : low
			high = high < 1.25 ? 1.25 : high
			set logscale x
			decades = log10(high / low)
			steps = decades < 0.4 ? '1 1.2 1.5 2 3 4 5 6 7 8 9' : decades < 0.9 ? '1 2 3 5 7' : decades < 1.6 ? '1 2 5' : decades < 2.6 ? '1 3' : '1'
			every = decades > 5 ? 2 : 1
			do for [e = floor(log10(low)):ceil(log10(high))] {
				do for [s in steps] {
					x = s * 10. ** e
					if (x >= low && x <= high && e % every == 0) { set xtics add (sprintf('%g', x) x) }
				}
			}
			none = 1
		} else {
			span = most[m] - least[m]
			span = span < 1e-6 ? 1 : span
			low = least[m] - 0.06 * span
			high = most[m] + 0.06 * span
			step = nice((high - low) / 3)
			do for [i = ceil(low / step):floor(high / step)] {
				set xtics add (sprintf('%+g', i * step) i * step)
			}
			set xtics add ('0' 0)
			none = 0
		}
		set xrange [low:high]
		set yrange [last[k] + 0.5:first[k] - 0.5]
		set arrow from first none,graph 0 to first none,graph 1 nohead lc rgb grey lw 1.4
		do for [v = first[k]:last[k]:2] {
			set object rectangle from graph 0,first v - 0.5 to graph 1,first v + 0.5 \
				behind fillcolor rgb '#F3F3F3' fillstyle solid noborder
		}
		set ytics ()
		do for [v = first[k]:last[k]] {
			set ytics add (c == 0 ? plain(name[v]) : '' v) scale 0
			set label label[(m - 1) * rows + v] at screen end(c) + 0.012,from_top(y0 + (v - first[k] + 0.5) * lane) font small
		}
		plot $data index m - 1 using ($1 >= first[k] && $1 <= last[k] && valid(3) ? $2 : NaN):1:3:4 \
			with xerrorbars lc rgb '#0072B2' lw 2.2 pt 7 ps 1.4 * mark, \
			$data index m - 1 using ($1 >= first[k] && $1 <= last[k] && !valid(3) ? low : NaN):1:(high - low):(0) \
			with vectors nohead lc rgb '#0072B2' lw 1.6 dt 3, \
			$data index m - 1 using ($1 >= first[k] && $1 <= last[k] && !valid(3) ? $2 : NaN):1 \
			with points lc rgb '#0072B2' pt 6 ps 1.4 * mark lw 1.6, \
			for [h = 1:places] $data index m - 1 using (valid(1) && $1 >= first[k] && $1 <= last[k] ? $2 : far):(valid(1) ? $1 : far): \
			($1 >= 1 ? says(name[int($1)].', '.metric[m].': '.label[(m - 1) * rows + int($1)]) : '') \
			with labels hypertext point pt 7 ps 2.2 lc rgb unseen
	}
	ptop = ptop + deep * (lanes * lane + 92) + 26
}
unset multiplot
