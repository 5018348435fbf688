package main

import (
	"fmt"
	"math"
	"strings"
)

// This file draws the plots, as SVG.

// plot is a picture of a few lines. Both axes go from their first tick to their last.
type plot struct {
	title, across, up string
	x, y              axis
	lines             []line
}

type axis struct {
	logarithmic bool
	ticks       []float64
	label       func(float64) string
}

// line is what one side did.
type line struct {
	name, colour string
	points       [][2]float64
}

// The area of the picture that the axes enclose.
const (
	width, height             = 720, 420
	left, right, top, bottom  = 90.0, 690.0, 50.0, 360.0
	byHand, byDefault, ofOurs = "#0072b2", "#999999", "#d55e00" // colours that everybody can tell apart
)

// walkPlot has the time of All against the number of clients.
func walkPlot(r *results) *plot {
	p := &plot{
		title: "All clients of an account, page by page", across: "clients of the account", up: "time",
		x: axis{true, nil, count}, y: axis{true, nil, duration},
	}
	sizes := numbers(r, "Walk/clients=", "/library")
	for side, colour := range map[string]string{"raw": byHand, "library": ofOurs} {
		drawn := line{name: side, colour: colour}
		for _, n := range sizes {
			drawn.points = append(drawn.points, [2]float64{float64(n), r.median(fmt.Sprintf("Walk/clients=%d/%s", n, side), perOp)})
		}
		p.add(drawn)
	}
	for _, n := range sizes {
		p.x.ticks = append(p.x.ticks, float64(n))
	}
	p.y.ticks = powersOfTen(p.lines)
	return p
}

// parallelPlot has the throughput against the number of goroutines.
func parallelPlot(r *results) *plot {
	p := &plot{
		title: "One client, read by many goroutines", across: "goroutines", up: "reads in a second",
		x: axis{true, nil, count}, y: axis{false, nil, count},
	}
	most := 0.0
	for side, colour := range map[string]string{"default": byDefault, "raw": byHand, "library": ofOurs} {
		drawn := line{name: side, colour: colour}
		for _, n := range goroutines(r) {
			reads := r.median(parallelName(n), side+perSecond)
			drawn.points = append(drawn.points, [2]float64{float64(n), reads})
			most = max(most, reads)
		}
		p.add(drawn)
	}
	for _, n := range goroutines(r) {
		p.x.ticks = append(p.x.ticks, float64(n))
	}
	const step = 5000
	for tick := 0.0; tick < most+step; tick += step {
		p.y.ticks = append(p.y.ticks, tick)
	}
	return p
}

// add keeps the lines in the order of their names, so that a picture is always the same.
func (p *plot) add(l line) {
	at := 0
	for at < len(p.lines) && p.lines[at].name < l.name {
		at++
	}
	p.lines = append(p.lines[:at], append([]line{l}, p.lines[at:]...)...)
}

// powersOfTen enclose the lines.
func powersOfTen(lines []line) (ticks []float64) {
	lowest, highest := math.Inf(1), 0.0
	for _, l := range lines {
		for _, point := range l.points {
			lowest, highest = min(lowest, point[1]), max(highest, point[1])
		}
	}
	if highest == 0 {
		return nil
	}
	tick := math.Pow(10, math.Floor(math.Log10(lowest)))
	for ticks = []float64{tick}; tick < highest; ticks = append(ticks, tick) {
		tick *= 10
	}
	return ticks
}

// at is where a value lies between from and to.
func (a *axis) at(value, from, to float64) float64 {
	first, last := a.ticks[0], a.ticks[len(a.ticks)-1]
	if a.logarithmic {
		value, first, last = math.Log(value), math.Log(first), math.Log(last)
	}
	return from + (to-from)*(value-first)/(last-first)
}

func (p *plot) svg() string {
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" font-family="sans-serif" font-size="13">`+"\n", width, height)
	fmt.Fprintf(&s, "<title>%s</title>\n", p.title)
	fmt.Fprintf(&s, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	p.text(&s, left, top-25, "start", p.title)
	p.text(&s, (left+right)/2, bottom+45, "middle", p.across)
	fmt.Fprintf(&s, `<text transform="translate(20 %.1f) rotate(-90)" text-anchor="middle">%s</text>`+"\n", (top+bottom)/2, p.up)
	if len(p.x.ticks) > 1 && len(p.y.ticks) > 1 {
		p.axes(&s)
		for i, l := range p.lines {
			p.line(&s, i, l)
		}
	}
	s.WriteString("</svg>\n")
	return s.String()
}

func (p *plot) text(s *strings.Builder, x, y float64, anchor, text string) {
	fmt.Fprintf(s, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`+"\n", x, y, anchor, text)
}

func (p *plot) axes(s *strings.Builder) {
	for _, tick := range p.y.ticks {
		y := p.y.at(tick, bottom, top)
		fmt.Fprintf(s, `<path d="M%.1f %.1fH%.1f" stroke="#dddddd"/>`+"\n", left, y, right)
		p.text(s, left-8, y+4, "end", p.y.label(tick))
	}
	for _, tick := range p.x.ticks {
		x := p.x.at(tick, left, right)
		fmt.Fprintf(s, `<path d="M%.1f %.1fV%.1f" stroke="#dddddd"/>`+"\n", x, top, bottom)
		p.text(s, x, bottom+20, "middle", p.x.label(tick))
	}
}

// line also names itself, above the picture.
func (p *plot) line(s *strings.Builder, index int, l line) {
	path := "M"
	for i, point := range l.points {
		x, y := p.x.at(point[0], left, right), p.y.at(point[1], bottom, top)
		if i > 0 {
			path += "L"
		}
		path += fmt.Sprintf("%.1f %.1f", x, y)
		s.WriteString(marker(index, x, y, l.colour))
	}
	fmt.Fprintf(s, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", path, l.colour)
	x := right - 250 + 95*float64(index)
	s.WriteString(marker(index, x, top-29, l.colour))
	p.text(s, x+10, top-25, "start", l.name)
}

// marker is of another shape for every line: a circle, a square, a triangle.
func marker(index int, x, y float64, colour string) string {
	switch index {
	case 0:
		return fmt.Sprintf(`<circle cx="%.1f" cy="%.1f" r="4" fill="%s"/>`+"\n", x, y, colour)
	case 1:
		return fmt.Sprintf(`<rect x="%.1f" y="%.1f" width="8" height="8" fill="%s"/>`+"\n", x-4, y-4, colour)
	}
	return fmt.Sprintf(`<path d="M%.1f %.1fl5 9h-10z" fill="%s"/>`+"\n", x, y-5, colour)
}
