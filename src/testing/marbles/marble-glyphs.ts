import { line, tag, textLines } from './svg.js'

export const radius = 13
export const ink = '#1e293b'
export const muted = '#64748b'
export const pale = '#cbd5e1'
const red = '#b91c1c'
const hues = [214, 24, 150, 340, 268, 46, 186, 312, 95, 5, 235, 120]

/** A symbol centred on a point: a circle in the colour of its place in the legend, a bar for `|`, a cross for `#`. */
export const glyph = (legend: ReadonlyMap<string, string>, symbol: string, x: number, y: number): string => {
  if (symbol === '|') return bar(x, y - radius, y + radius)
  if (symbol === '#') return cross(x, y, radius - 4)
  const index = [...legend.keys()].filter(key => key !== '|' && key !== '#').indexOf(symbol)
  const hue = hues[index % hues.length] ?? 0
  const [fill, stroke, dark] = [`hsl(${hue}, 85%, 93%)`, `hsl(${hue}, 55%, 42%)`, `hsl(${hue}, 65%, 26%)`]
  return [
    tag('circle', { cx: x, cy: y, r: radius, fill, stroke, 'stroke-width': 1.75 }),
    textLines([symbol], x, y, 15, { 'text-anchor': 'middle', 'font-weight': 600, fill: dark }),
  ].join('\n')
}

/** A completion. */
export const bar = (x: number, top: number, bottom: number): string =>
  line(x, top, x, bottom, { stroke: ink, 'stroke-width': 3, 'stroke-linecap': 'round' })

/** A stream, dark while it lives and pale from its end on. */
export const arrow = (left: number, right: number, y: number, end: number | undefined): string => {
  const stroke = end === undefined ? ink : pale
  return [
    line(left, y, right - 7, y, { stroke, 'stroke-width': 1.5 }),
    tag('path', { d: `M${right - 9} ${y - 5} L${right} ${y} L${right - 9} ${y + 5} Z`, fill: stroke }),
    ...(end === undefined ? [] : [line(left, y, end, y, { stroke: ink, 'stroke-width': 1.5 })]),
  ].join('\n')
}

/** A subscription; one that outlives the picture stays open at the right. */
export const bracket = (from: number, until: number | undefined, right: number, y: number): string => {
  const foot = (x: number, inwards: number) =>
    `M${x + inwards} ${y - 5} L${x} ${y - 5} L${x} ${y + 5} L${x + inwards} ${y + 5}`
  const span = `M${from} ${y} L${until ?? right} ${y}`
  const feet = until === undefined ? [foot(from, 5)] : [foot(from, 5), foot(until, -5)]
  return tag('path', { d: [span, ...feet].join(' '), stroke: muted, 'stroke-width': 1.5, fill: 'none' })
}

const cross = (x: number, y: number, arm: number): string => {
  const stroke = { stroke: red, 'stroke-width': 3, 'stroke-linecap': 'round' }
  return `${line(x - arm, y - arm, x + arm, y + arm, stroke)}\n${line(x + arm, y - arm, x - arm, y + arm, stroke)}`
}
