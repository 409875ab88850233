import type { CodeLiteral, LiteralPosition, LiteralSurroundings } from './code-unit.ts'
import type { Frame } from './frames.ts'

const comparing =
  /(?:^|\.)(?:startswith|startsWith|StartsWith|HasPrefix|has_prefix|hasPrefix|starts_with|start_with|endswith|endsWith|EndsWith|HasSuffix|ends_with|equals|Equals|equalsIgnoreCase|eql|includes|include|contains|Contains|indexOf|IndexOf|match|matches|Match|IsMatch|test|search|str_starts_with|str_contains|preg_match|preg_match_all|preg_replace|in_array|strcmp|is_a|assert\w*|expect|toBe|toEqual|toContain|toMatch|toHaveBeenCalledWith|Equal|NotEqual|EqualFold|eq|ne|should_eq|have_attributes|replace|replaceAll|Replace|ReplaceAll|gsub|sub|removeprefix|removesuffix|TrimPrefix|TrimSuffix|split|Split|encoding_for_model|encodingForModel|EncodingForModel|get_encoding|compile|MustCompile|RegExp|Regexp|Regex|fullmatch|objectContaining|arrayContaining|toMatchObject|toStrictEqual|toHaveProperty|mockReturnValue|mockResolvedValue)[!?]?$/

/** Calls that hand on what they are given: `Some("…")`, `String::from("…")`. */
const wrapping =
  /^(?:Some|Ok|(?:std::borrow::)?Cow::(?:from|Borrowed)|String::from|(?:Box|Arc|Rc)::new)$/

const objectCharactersMax = 2_000

/** Where a literal at an offset stands, by the frames around it (innermost first) and the text. */
export function literalPosition(
  offset: number,
  end: number,
  frames: readonly Frame[],
  content: string,
): LiteralPosition {
  const subscript = subscriptPosition(offset, end, content)
  if (subscript !== null) return subscript
  if (isSerialName(offset, content)) return { kind: 'list-item', name: 'enum' }
  if (isInUnion(offset, end, frames, content)) return { kind: 'list-item', name: 'union' }
  let listed = false
  for (const frame of frames) {
    switch (frame.is) {
      case 'comparison':
      case 'case':
        if (offset >= frame.start && offset < frame.end) return { kind: 'comparison' }
        break
      case 'list':
        listed = true
        break
      case 'map':
      case 'handler':
        break
      case 'pair': {
        if (offset >= frame.key.start && offset < frame.key.end) {
          return { kind: 'map-key', table: ownName(frames, frame) }
        }
        if (listed) return { kind: 'list-item', name: frame.name }
        return { kind: 'map-value', table: ownName(frames, frame), key: frame.name }
      }
      case 'call': {
        if (wrapping.test(frame.callee)) break
        if (comparing.test(frame.callee)) return { kind: 'comparison' }
        const name = argumentNameAt(frame, offset)
        // The receiver (`"…".to_string()`) is no argument: what stands around the call decides.
        if (name === '') break
        if (listed && !/^\d+$/.test(name)) return { kind: 'list-item', name }
        if (listed) break
        return { kind: 'argument', callee: frame.callee, name }
      }
      case 'definition':
        if (offset < frame.valueStart) break
        if (listed) return { kind: 'list-item', name: frame.name }
        return { kind: 'assignment', name: frame.name }
      case 'scope':
        if (listed && frame.kind === 'function') {
          return { kind: 'list-item', name: frame.scope?.names[0] ?? '' }
        }
        if (frame.kind === 'function') return positionByText(offset, end, content)
        break
    }
  }
  return listed ? { kind: 'list-item', name: '' } : positionByText(offset, end, content)
}

/** `#[serde(rename = "…")]`, `@SerialName("…")`, `[EnumMember(Value = "…")]` before a member of an enum. */
const serialName =
  /(?:#\[\w+\((?:[^\]\n]{0,100},)?\s*(?:rename|alias|serialize|to_string|name)\s*=\s*r?#?|@(?:SerialName|SerializedName|JsonProperty|JsonAlias|XmlEnumValue|Json)\(\s*(?:(?:value|name)\s*=\s*)?|\[(?:EnumMember\(\s*Value\s*=|JsonPropertyName\(|JsonStringEnumMemberName\())\s*["']?$/

/** How a member of an enum, or a field, is called outside the program: a choice, and nothing that was chosen. */
function isSerialName(offset: number, content: string): boolean {
  return serialName.test(content.slice(Math.max(0, offset - 160), offset))
}

/** `'a' | 'b'` as a type lists what may be chosen. */
function isInUnion(
  offset: number,
  end: number,
  frames: readonly Frame[],
  content: string,
): boolean {
  if (!frames.some((frame) => frame.is === 'list')) return false
  return (
    /(?:^|[^|])\|\s*$/.test(content.slice(Math.max(0, offset - 60), offset)) ||
    /^\s*\|(?!\|)/.test(content.slice(end, end + 60))
  )
}

/** `LIMITS["…"]` looks something up; `Literal["…", "…"]` is a type that lists what may be chosen. */
function subscriptPosition(offset: number, end: number, content: string): LiteralPosition | null {
  if (isInLiteralType(offset, content)) return { kind: 'list-item', name: 'Literal' }
  const before = content.slice(Math.max(0, offset - 60), offset)
  if (!/[\w)\]?.]\[\s*$/.test(before) || /(?:^|[^\w.])%\w\[$/.test(before)) return null
  return /^\s*\]/.test(content.slice(end, end + 10)) ? { kind: 'comparison' } : null
}

/** Characters over which a `Literal[…]` is looked for. */
const literalTypeCharactersMax = 60_000

function isInLiteralType(offset: number, content: string): boolean {
  const open = content.lastIndexOf('Literal[', offset)
  if (open === -1 || offset - open > literalTypeCharactersMax) return false
  const close = content.indexOf(']', open)
  return close === -1 || close >= offset
}

/** What the text before a literal says, where the tree says nothing: macros, broken code, unknown languages. */
export function positionByText(offset: number, end: number, content: string): LiteralPosition {
  const before = content.slice(Math.max(0, offset - 120), offset)
  const after = content.slice(end, end + 40)
  if (
    /(?:[=!]==?|\bin|\bis|\bcase|\bwhen|=~|\.(?:startsWith|includes)\()\s*[[(]?\s*$/.test(before)
  ) {
    return { kind: 'comparison' }
  }
  if (/^\s*(?:[=!]==?|=>)/.test(after) && !/[=:(,]\s*$/.test(before)) return { kind: 'comparison' }
  if (/^\s*:(?!:)/.test(after)) return { kind: 'map-key', table: '' }
  const named = /([A-Za-z_][\w.-]*)["'`\]]*\s*(:=|=>|=|:|\()\s*[&*]*$/.exec(before)
  if (named === null) return { kind: 'other' }
  const name = (named[1] ?? '').replace(/^.*\./, '')
  if (named[2] === '(') return { kind: 'argument', callee: named[1] ?? '', name: '0' }
  if (named[2] === '=' || named[2] === ':=') return { kind: 'assignment', name }
  return { kind: 'map-value', table: '', key: name }
}

/** The name of the innermost argument that holds the offset. */
function argumentNameAt(frame: Extract<Frame, { is: 'call' }>, offset: number): string {
  let name = ''
  let width = Number.POSITIVE_INFINITY
  for (const argument of frame.arguments) {
    const { start, end } = argument.node
    if (offset >= start && offset < end && end - start <= width) {
      name = argument.name
      width = end - start
    }
  }
  return name
}

function ownName(frames: readonly Frame[], inside: Frame): string {
  for (const frame of frames.slice(frames.indexOf(inside) + 1)) {
    if (frame.is === 'definition' || frame.is === 'pair') return frame.name
    if (frame.is === 'call') return frame.callee
    if (frame.is === 'scope') return ''
  }
  return ''
}

/** What the objects and lists around a literal are. */
export function surroundingsOf(
  offset: number,
  frames: readonly Frame[],
  content: string,
  countSpellings: (start: number, end: number) => number,
): LiteralSurroundings {
  const names: string[] = []
  let inList = false
  let object = ''
  let keyed = ''
  let outer: { start: number; end: number } | null = null
  for (const frame of frames) {
    if (frame.is === 'scope') {
      if (frame.scope?.names[0] !== undefined && frame.scope.names[0] !== '')
        names.push(frame.scope.names[0])
      break
    }
    if (frame.is === 'definition') names.push(frame.name)
    if (frame.is === 'call') names.push(frame.callee)
    if (frame.is === 'pair') {
      if (offset < frame.key.end && keyed === '') {
        keyed = content.slice(frame.value.start, Math.min(frame.value.end, frame.value.start + 400))
      } else names.push(frame.name)
    }
    if (frame.is === 'list' || frame.is === 'map') {
      if (frame.is === 'list') inList = true
      else if (object === '') {
        object = content.slice(frame.start, Math.min(frame.end, frame.start + objectCharactersMax))
      }
      outer = frame
    }
  }
  const peers = outer === null ? 1 : countSpellings(outer.start, outer.end)
  return { names, inList, object, keyed, peers }
}

export const noSurroundings: CodeLiteral['surroundings'] = {
  names: [],
  inList: false,
  object: '',
  keyed: '',
  peers: 1,
}
