import { shorten, visibleText } from '../../base/visible-text.ts'
import { wrapToWidth } from './display-width.ts'

const charactersMax = 700

/** A text from outside in lines of a terminal, some columns to the right. */
export function indented(text: string, width: number, by: number): readonly string[] {
  const lines = wrapToWidth(shorten(visibleText(text), charactersMax), width - by)
  return lines.map((line) => `${' '.repeat(by)}${line}`)
}
