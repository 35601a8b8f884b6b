import type { MarbleFile, MarbleStream, MarbleSubscription } from './marble-file.js'
import { arrow, bar, bracket, glyph, ink, muted, pale, radius } from './marble-glyphs.js'
import type { MarbleEvent } from './marble-line.js'
import { grid, ruler } from './marble-ruler.js'
import type { TimeAxis } from './marble-ruler.js'
import { lineHeight, stack, tag, textLines, textWidth, wrap, wrapEvenly } from './svg.js'
import type { Block } from './svg.js'

interface Page extends TimeAxis {
  readonly marble: MarbleFile
}

const margin = 28
const plotWidth = 680
const widestTitle = 175
/** Bold letters of 15 px take the room of plain ones of this size. */
const boldAsWideAs = 17
const widestMeaning = 300
const stackStep = 2 * radius + 4
const legendGap = 2 * radius + 12
const fonts = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
const monospace = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

/** Draws a marble file as one self-contained SVG, on its own white ground. The same file gives the same text. */
export const drawMarble = (marble: MarbleFile): string => {
  const page = layOut(marble)
  const rows = (streams: readonly MarbleStream[]) =>
    streams.flatMap(stream => [
      streamRow(page, stream),
      ...marble.subscriptions.filter(({ of }) => of === stream.title).map(span => subscriptionRow(page, span)),
    ])
  const head = stack([caption(page), ruler(page, muted)])
  const streams = stack([...rows(marble.inputs), operatorBox(page), ...rows(marble.outputs)])
  const foot = legend(page)
  const [width, height] = [page.right + margin, 2 * margin + head.height + streams.height + foot.height]
  const content = [
    tag('rect', { width, height, rx: 14, fill: '#ffffff' }),
    grid(page, streams.height, pale).draw(margin + head.height),
    stack([head, streams, foot]).draw(margin),
  ].join('\n')
  const size = { width, height, viewBox: `0 0 ${width} ${height}` }
  const style = { role: 'img', 'aria-label': marble.caption, 'font-family': fonts, fill: ink }
  return `${tag('svg', { xmlns: 'http://www.w3.org/2000/svg', ...size, ...style }, `\n${content}\n`)}\n`
}

const layOut = (marble: MarbleFile): Page => {
  const { columnMs } = marble
  const streams = [...marble.inputs, ...marble.outputs]
  const columns = Math.max(...[...streams, ...marble.subscriptions].map(stream => stream.columns))
  const titles = [
    ...streams.map(({ title }) => textWidth(title, boldAsWideAs)),
    ...marble.subscriptions.map(() => textWidth('subscription', 11)),
  ]
  const left = Math.round(margin + Math.min(widestTitle, Math.max(...titles)) + 14)
  const start = left + radius + 8
  // Neighbours must not touch: a busy picture grows wider instead of its marbles smaller.
  const width = Math.max(plotWidth, (columns * columnMs * stackStep) / closestMs(streams))
  const x = (ms: number) => Math.round((start + (ms / (columns * columnMs)) * width) * 100) / 100
  return { marble, columnMs, endMs: columns * columnMs, left, right: Math.round(start + width + 30), x }
}

/** The shortest time between two events of one stream. */
const closestMs = (streams: readonly MarbleStream[]): number => {
  const gaps = streams.flatMap(({ events }) =>
    events.map(({ atMs }, index) => atMs - (events[index - 1]?.atMs ?? -Infinity)),
  )
  return Math.min(...gaps.filter(gap => gap > 0))
}

const caption = ({ marble, right }: Page): Block => {
  const lines = wrapEvenly(marble.caption, right - margin, 16)
  return {
    height: lines.length * lineHeight(16) + 8,
    draw: top => textLines(lines, margin, top + 10, 16, { 'font-weight': 600 }),
  }
}

const streamRow = (page: Page, { title, events }: MarbleStream): Block => {
  const placed = events.map((event, index) => ({ ...event, level: levelOf(events, index) }))
  const highest = Math.max(0, ...placed.map(({ level }) => level))
  const lines = wrap(title, widestTitle, boldAsWideAs)
  const above = Math.max(radius + 12, ((lines.length - 1) * lineHeight(15)) / 2 + 10)
  return {
    height: above + Math.max(above, radius + 12 + highest * stackStep),
    draw: top => {
      const y = top + above
      const end = placed.find(({ symbol }) => symbol === '|' || symbol === '#')
      return [
        textLines(lines, margin, y - ((lines.length - 1) * lineHeight(15)) / 2, 15, { 'font-weight': 600 }),
        arrow(page.left, page.right, y, end && page.x(end.atMs)),
        // Bars first: what completes together with its last value shows behind it.
        ...placed
          .toSorted((one, other) => Number(other.symbol === '|') - Number(one.symbol === '|'))
          .map(({ atMs, symbol, level }) =>
            symbol === '|'
              ? bar(page.x(atMs), y - radius - 7, y + level * stackStep + radius + 7)
              : glyph(page.marble.legend, symbol, page.x(atMs), y + level * stackStep),
          ),
      ].join('\n')
    },
  }
}

/** How many marbles of the same instant are above this one; for a completion, how far down it must reach. */
const levelOf = (events: readonly MarbleEvent[], index: number): number => {
  const earlier = events.slice(0, index).filter(event => event.atMs === events[index]?.atMs).length
  return events[index]?.symbol === '|' ? Math.max(0, earlier - 1) : earlier
}

const subscriptionRow = (page: Page, { events }: MarbleSubscription): Block => {
  const [from, until] = events.map(event => page.x(event.atMs))
  return {
    height: 24,
    draw: top => {
      const label = textLines(['subscription'], margin, top + 6, 11, { fill: muted })
      return from === undefined ? label : `${label}\n${bracket(from, until, page.right, top + 6)}`
    },
  }
}

const operatorBox = ({ marble, left, right }: Page): Block => {
  const { name, args } = marble.operator
  const lines = wrap(`${name}(${args.join(', ')})`, right - left - 20, 15)
  const boxHeight = lines.length * lineHeight(15) + 18
  const style = { 'text-anchor': 'middle', 'font-family': monospace, 'font-weight': 600 }
  const box = { x: left, width: right - left, height: boxHeight, rx: 10, fill: '#f1f5f9', stroke: '#94a3b8' }
  const draw = (top: number) => [
    tag('rect', { y: top + 8, ...box }),
    textLines(lines, (left + right) / 2, top + 8 + 9 + lineHeight(15) / 2, 15, style),
  ]
  return { height: boxHeight + 16, draw: top => draw(top).join('\n') }
}

/** As many meanings side by side as the longest one leaves room for; a very long one is wrapped. */
const legend = ({ marble, right }: Page): Block => {
  const entries = [...marble.legend].map(([symbol, meaning]) => ({ symbol, meaning }))
  const longest = Math.min(widestMeaning, Math.max(0, ...entries.map(({ meaning }) => textWidth(meaning, 13))))
  const columns = Math.max(1, Math.floor((right - margin) / (longest + legendGap + 24)))
  const width = (right - margin) / columns
  const rows = Array.from({ length: Math.ceil(entries.length / columns) }, (_, row): Block => {
    const cells = entries.slice(row * columns, (row + 1) * columns).map(({ symbol, meaning }, index) => {
      return { symbol, x: margin + index * width, lines: wrap(meaning, width - legendGap - 12, 13) }
    })
    const extra = Math.max(...cells.map(({ lines }) => lines.length - 1)) * lineHeight(13)
    const draw = (top: number) =>
      cells.map(({ symbol, x, lines }) => {
        const y = top + radius + 2
        return `${glyph(marble.legend, symbol, x + radius + 1, y)}\n${textLines(lines, x + legendGap, y, 13, {})}`
      })
    return { height: Math.max(2 * radius + 8, radius + 16 + extra), draw: top => draw(top).join('\n') }
  })
  const space = { height: entries.length === 0 ? 0 : 14, draw: () => '' }
  return stack([space, ...rows])
}
