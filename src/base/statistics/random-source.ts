/** A number from 0 to below 1, each call another: randomness is handed in. */
export type RandomSource = () => number

/** sfc32 (Doty-Humphrey, PractRand), seeded through splitmix32; every whole seed works, 0 too. */
export function seededSource(seed: number): RandomSource {
  let state = seed | 0
  function next(): number {
    state = (state + 0x9e3779b9) | 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return (mixed ^ (mixed >>> 15)) | 0
  }
  let a = next()
  let b = next()
  let c = next()
  let counter = 1
  function draw(): number {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    return (sum >>> 0) / 4_294_967_296
  }
  for (let warm = 0; warm < 12; warm++) draw()
  return draw
}
