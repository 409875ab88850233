/**
 * Digest over the code that decides what an audit finds, made by `npm run docs`. It changes the rules of a
 * register: caches of before are dropped, and registers of before do not gate those of after.
 */
export const extractorsVersion = 'bea9f8e0bedd2ff3'
