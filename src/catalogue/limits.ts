/** The longest spelling that is looked at; anything longer is no model name. */
export const spellingLengthMax = 300

/** The longest run of name characters in running text that is searched for a model name. */
export const tokenLengthMax = 512

/** How many layers of decoration one spelling may have. */
export const layersMax = 12

/** How many near names a miss suggests. */
export const suggestionsMax = 5
