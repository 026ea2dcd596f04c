# SPDX-License-Identifier: GPL-2.0-only
# Layout of the pictures with curves: a panel per kconfig, one below the
# other; right of each its key, which is a table with the figures as well.

head = 100
foot = panels == 1 ? 82 : 44
height = panels == 1 ? 600 : head + foot + 400 * panels
load 'style.gp'

# Labels of a logarithmic x axis: as many as there is room for, 1-2-5 on a
# short axis and powers of ten on a long one.
decades = log10(top / bottom)
steps = decades < 0.8 ? '1 1.5 2 3 5 7' : \
	decades < 2.5 ? '1 2 5' : decades < 4.5 ? '1 3' : '1'
low = bottom / 1.07
high = top * 1.07
set logscale x
set xrange [low:high]
set xtics ()
do for [e = floor(log10(low)):ceil(log10(high))] {
	do for [m in steps] {
		x = m * 10. ** e
		if (x >= low && x <= high) {
			set xtics add ((x < 1000 ? sprintf('%g', x) : thousands(x)) x)
		}
	}
}
set lmargin at screen 0.112
# Right of the panel is the table, which is wider with gaps cut off.
edge_x = with_cut ? 0.67 : 0.745
set rmargin at screen edge_x

# Panel k lies between these, in pixels from the top.
pane = (height - head - foot) / real(panels)
panel_top(k) = head + (k - 1) * pane + (panels > 1 ? 24 : 0)
panel_bottom(k) = head + k * pane - (panels > 1 ? 44 : 0)
# Row i of the table beside it.
row(k, i) = from_top(panel_top(k) + 12 + 25 * i)
unset key
