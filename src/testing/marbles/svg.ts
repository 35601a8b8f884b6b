/** A piece of a picture: so high, and drawn below the `top` it is given. */
export interface Block {
  readonly height: number
  readonly draw: (top: number) => string
}

type Attributes = Readonly<Record<string, string | number>>

/** An SVG element. Numbers are cut to hundredths, so that a drawing does not change with the last bit of a division. */
export const tag = (name: string, attributes: Attributes, content = ''): string => {
  const written = Object.entries(attributes).map(([key, value]) => {
    return ` ${key}="${typeof value === 'number' ? Math.round(value * 100) / 100 : escapeXml(value)}"`
  })
  return content === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${content}</${name}>`
}

/** A straight stroke. */
export const line = (x1: number, y1: number, x2: number, y2: number, attributes: Attributes): string =>
  tag('line', { x1, y1, x2, y2, ...attributes })

/** Lines of text, the first of them centred on `y`. */
export const textLines = (
  lines: readonly string[],
  x: number,
  y: number,
  size: number,
  attributes: Attributes,
): string => {
  return lines
    .map((words, index) =>
      tag(
        'text',
        { x, y: y + index * lineHeight(size), dy: '.35em', 'font-size': size, ...attributes },
        escapeXml(words),
      ),
    )
    .join('\n')
}

/** From one line of text to the next. */
export const lineHeight = (size: number): number => Math.round(size * 1.4)

/** Fonts differ from reader to reader: a guess on the wide side. */
export const textWidth = (text: string, size: number): number => Array.from(text).length * size * 0.6

/** Breaks between words, and within one only if it is too long for a line of its own. */
export const wrap = (text: string, width: number, size: number): string[] => {
  const most = Math.max(1, Math.floor(width / textWidth('m', size)))
  const words = text.split(/\s+/u).flatMap(word => word.match(new RegExp(`.{1,${most}}`, 'gu')) ?? [])
  return words.reduce<string[]>((lines, word) => {
    const longer = `${lines.at(-1) ?? ''} ${word}`
    const fits = lines.length > 0 && Array.from(longer).length <= most
    return fits ? [...lines.slice(0, -1), longer] : [...lines, word]
  }, [])
}

/** As many lines as `wrap` makes, but of about the same length. */
export const wrapEvenly = (text: string, width: number, size: number): string[] => {
  const lines = wrap(text, width, size)
  const narrower = Array.from({ length: 20 }, (_, index) => wrap(text, (width * index) / 20, size))
  return narrower.find(candidate => candidate.length === lines.length) ?? lines
}

/** Blocks, one below the other. */
export const stack = (blocks: readonly Block[]): Block => {
  const tops = blocks.map((_, index) => heightOf(blocks.slice(0, index)))
  return {
    height: heightOf(blocks),
    draw: top => blocks.map((block, index) => block.draw(top + (tops[index] ?? 0))).join('\n'),
  }
}

const heightOf = (blocks: readonly Block[]): number => blocks.reduce((sum, block) => sum + block.height, 0)

const escapeXml = (text: string): string => text.replace(/[&<>"]/gu, character => `&#${character.codePointAt(0) ?? 0};`)
