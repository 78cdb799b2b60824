declare const brand: unique symbol;

/** A value only its parser can make: `Brand<string, "GroupId">` is no plain string to the compiler. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
