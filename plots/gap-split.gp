# SPDX-License-Identifier: GPL-2.0-only
# What a trace gap is made of: until the tracer is awake, its drain, and until
# the trace runs again, or what a hang cut off; a bar per variant, a panel per
# kconfig.

load picture.'.data'
head = 140
foot = 80
lane = 34
rows = last[panels]
height = head + foot + rows * lane + (panels - 1) * 86
load 'style.gp'

array color[4] = ['#E69F00', '#56B4E9', '#009E73', '#D55E00']
array part[4] = ['wake: stop to poll() returned', 'drain: until the tail is moved', 're-enable: until the next START', 'cut off (hang, end): at least']
set xrange [0:top * 1.03]
unset border
set format x '%g'
unset key
set grid xtics noytics ls 20
set style fill solid 1 border rgb '#FFFFFF'
set lmargin at screen 0.135
set rmargin at screen 0.63

# Right edges of the columns beside the bars.
array column[6] = [0.69, 0.745, 0.82, 0.88, 0.94, 0.985]
array column_name[6] = ['wake', 'drain', 're-enable', 'cut off', 'gap ms', 'n']

set multiplot
ptop = head
do for [k = 1:panels] {
	unset label
	unset object
	lanes = last[k] - first[k] + 1
	if (k == 1) {
		set label 'What a trace gap is made of: mean by variant' at screen 0.02,from_top(30) font big
		set label where.(emulated ? '; emulated (TCG): compare shapes, not milliseconds' : '') \
			at screen 0.02,from_top(62)
		do for [i = 1:4] {
			x = 0.02 + (i - 1) * 0.245
			set object rectangle from screen x,from_top(98) to screen x + 0.016,from_top(84) \
				fillcolor rgb color[i] fillstyle solid noborder
			set label part[i] at screen x + 0.022,from_top(91) font small
		}
	}
	set label (panels > 1 ? panel[k].': ' : '').(own[k] ? \
		'no cell has gaps of all variants: each over its own cells' : \
		sprintf('%d cell%s in which all have gaps, each weighs the same', cells[k], cells[k] == 1 ? '' : 's')) \
		at screen 0.02,from_top(ptop - 15) font small tc rgb grey
	set tmargin at screen from_top(ptop)
	set bmargin at screen from_top(ptop + lanes * lane)
	set yrange [last[k] + 0.5:first[k] - 0.5]
	set ytics ()
	do for [i = first[k]:last[k]] {
		set ytics add (plain(name[i]) i) scale 0
		y = from_top(ptop + (i - first[k] + 0.5) * lane)
		set label wake[i] at screen column[1],y right font small
		set label drain[i] at screen column[2],y right font small
		set label enable[i] at screen column[3],y right font small
		set label cutoff[i] at screen column[4],y right font small
		set label total[i] at screen column[5],y right font small
		set label thousands(int(count[i])) at screen column[6],y right font small
	}
	do for [c = 1:6] {
		set label column_name[c] at screen column[c],from_top(ptop - 15) right font small tc rgb grey
	}
	if (k == panels) { set xlabel 'mean trace gap (ms)' } else { unset xlabel }
	plot $data using (0.5 * $2):1:(0.5 * $2):(0.36) with boxxyerror fc rgb color[1], \
		'' using ($2 + 0.5 * $3):1:(0.5 * $3):(0.36) with boxxyerror fc rgb color[2], \
		'' using ($2 + $3 + 0.5 * $4):1:(0.5 * $4):(0.36) with boxxyerror fc rgb color[3], \
		'' using ($2 + $3 + $4 + 0.5 * $5):1:(0.5 * $5):(0.36) with boxxyerror fc rgb color[4], \
		for [i = 1:places * 4] '' using (0.5 * (i == 1 ? $2 : i == 2 ? 2 * $2 + $3 : i == 3 ? 2 * ($2 + $3) + $4 : \
			2 * ($2 + $3 + $4) + $5)):1:($1 >= 1 ? says(name[int($1)].', '.part[i].': '. \
			(i == 1 ? wake[int($1)] : i == 2 ? drain[int($1)] : i == 3 ? enable[int($1)] : cutoff[int($1)]).' of '.total[int($1)].' ms') : '') \
			with labels hypertext point pt 5 ps 2 lc rgb unseen
	ptop = ptop + lanes * lane + 86
}
unset multiplot
