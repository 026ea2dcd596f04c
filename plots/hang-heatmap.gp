# SPDX-License-Identifier: GPL-2.0-only
# Hangs per full over window (across) and drain (up), a panel per kernel, one
# colour scale for all.  Tiles say hangs and fulls; hatched: not measured.

load picture.'.data'
head = 100
foot = 55
cols = panels < 3 ? panels : panels == 4 ? 2 : 3
rows = (panels + cols - 1) / cols
tile_h = drains < 3 ? 78 : drains < 6 ? 62 : 48
tile_h = rows * drains * tile_h < 260 ? 260 / (rows * drains) : tile_h
pane = 40 + drains * tile_h + 45
height = head + rows * pane + foot
load 'style.gp'

# Viridis, reversed: darker is worse, also in black and white.
set palette defined (0 '#FDE725', 0.25 '#5EC962', 0.5 '#21918C', 0.75 '#3B528B', 1 '#440154')
cb_low = 10 ** floor(log10(least * 0.999))
set logscale cb
set cbrange [cb_low:100]
set cbtics ()
do for [e = floor(log10(cb_low) + 0.5):2] {
	set cbtics add (sprintf('%g %%%%', 10. ** e) 10. ** e)
}
set cbtics scale 0.5

set xrange [0.5:windows + 0.5]
set yrange [0.5:drains + 0.5]
unset key
unset grid
set border 15 lc rgb grey lw 1
set tics scale 0

percent(k, n) = k == 0 ? '0' : sprintf(k < n && k > 0.99 * n ? '%.4g %%' : '%.3g %%', 100. * k / n)
counts(k, n) = thousands(k).'/'.thousands(n)
share(k, n) = k == 0 ? NaN : 100. * k / n
# White on the dark half of the scale.
dark(k, n) = k > 0 && log10(100. * k / n / cb_low) > 0.55 * log10(100 / cb_low)

left_edge = 0.02 + 0.011 * 7
right_edge = 0.9
gap = 0.02
wide = (right_edge - left_edge - gap * (cols - 1)) / cols

set multiplot
do for [p = 1:panels] {
	r = (p - 1) / cols
	c = (p - 1) % cols
	unset label
	unset object
	if (p == 1) {
		set label 'Hangs per full, by window and drain time' at screen 0.02,from_top(30) font big
		set label where.', n = '.thousands(total).' fulls; all classes of hang'. \
			(strstrt(pmus.skids, ',') ? '; loops'.(strstrt(pmus, ',') ? ', drivers' : '').(strstrt(skids, ',') ? ', skids' : '').' pooled' : \
			'; loop'.(strstrt(loops, ',') ? 's '.loops.' pooled' : ' '.loops)). \
			(holes ? '; hatched: not measured' : '') at screen 0.02,from_top(64)
	}
	x = left_edge + c * (wide + gap)
	set lmargin at screen x
	set rmargin at screen x + wide
	set tmargin at screen from_top(head + r * pane + 40)
	set bmargin at screen from_top(head + r * pane + 40 + drains * tile_h)
	set label panel[p] at screen x,from_top(head + r * pane + 24) font bold
	set xtics ()
	do for [i = 1:windows] { set xtics add (window[i] i) }
	set ytics ()
	do for [i = 1:drains] { set ytics add (c == 0 ? drain[i] : '' i) }
	if (p + cols > panels) { set xlabel 'window' offset 0,0.4 } else { unset xlabel }
	if (c == 0) { set ylabel 'drain' } else { unset ylabel }
	set object rectangle from graph 0,0 to graph 1,1 behind fillcolor rgb '#BBBBBB' fillstyle pattern 4 border rgb grey
	if (p == 1) {
		set colorbox user origin screen left_edge + cols * (wide + gap) - 0.005,from_top(height - foot - 45) size screen 0.018,(height - foot - 45 - head - 40) / real(height)
	} else { unset colorbox }
	plot for [h = 1:places] $data index p - 1 using (valid(1) ? $1 : far):(valid(2) ? $2 : far):($1 >= 1 ? place($5, $3, panel[p].', window '.window[int($1)].', drain '.drain[int($2)].': '. \
			counts($3, $4).' hangs/fulls, '.percent($3, $4)) : '') \
			with labels hypertext point pt 5 ps tile_h / 15. lc rgb '#D55E00', \
		$data index p - 1 using 1:2:(0.5):(0.5) with boxxyerror fs solid 1 fc rgb '#FFFFFF' lc rgb grey, \
		'' index p - 1 using 1:2:(0.5):(0.5):(share($3, $4)) with boxxyerror fs solid 1 border rgb grey fc palette, \
		'' index p - 1 using (valid(1) ? $1 : far):(valid(2) ? $2 : far):(dark($3, $4) ? '' : percent($3, $4)) with labels offset 0,0.5, \
		'' index p - 1 using (valid(1) ? $1 : far):(valid(2) ? $2 : far):(dark($3, $4) ? percent($3, $4) : '') with labels offset 0,0.5 tc rgb '#FFFFFF', \
		'' index p - 1 using (valid(1) ? $1 : far):(valid(2) ? $2 : far):(dark($3, $4) ? '' : counts($3, $4)) with labels offset 0,-0.6 font small, \
		'' index p - 1 using (valid(1) ? $1 : far):(valid(2) ? $2 : far):(dark($3, $4) ? counts($3, $4) : '') with labels offset 0,-0.6 font small tc rgb '#FFFFFF'
}
unset multiplot
