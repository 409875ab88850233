/** Header lines as they are received: names in lower case. */
export type HeaderLines = Readonly<Record<string, string | readonly string[] | undefined>>
