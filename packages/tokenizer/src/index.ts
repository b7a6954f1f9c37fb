/** Nothing yet: the encodings come with their own release. */
export {};
