/**
 * Words of the language that are also names of models or aliases. They mean a model only where the caller has
 * said whose: by vendor, provider or product.
 */
export const everydayWords: ReadonlySet<string> = new Set([
  'aura',
  'auto',
  'base',
  'best',
  'conservative',
  'creative',
  'default',
  'enhanced',
  'erase',
  'fast',
  'inherit',
  'inpaint',
  'latest',
  'nano',
  'nova',
  'outpaint',
  'search',
  'sketch',
  'structure',
  'style',
  'whisper',
])
