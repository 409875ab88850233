import { createRandomSource } from '../../oracle/random-source.ts'

const plainDimensions = 8

/** One unit-less vector a text, the same for the same seed. */
export function embeddingVectors(
  seed: number,
  inputs: number,
  dimensions: number | null,
): readonly (readonly number[])[] {
  const random = createRandomSource(seed + 3)
  return Array.from({ length: inputs }, () =>
    Array.from({ length: dimensions ?? plainDimensions }, () => random.between(-1000, 1000) / 1024),
  )
}
