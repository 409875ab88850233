/**
 * Goes up whenever extractors, resolver or assembly change what they find, so that caches are dropped and
 * registers of before are not compared with registers of after.
 */
export const extractorsVersion = '1'
