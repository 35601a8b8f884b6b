declare const brand: unique symbol

/** A `T` that went through the parser or constructor of `Name`; only those make one. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
