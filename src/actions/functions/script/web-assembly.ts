/** The part of the platform's WebAssembly that an interpreter is made with; the language's own library lacks it. */
interface WebAssemblyPlatform {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Memory: new (size: {
    readonly initial: number
    readonly maximum: number
  }) => { readonly buffer: ArrayBuffer }
}

/** The platform's WebAssembly. */
export const webAssembly: WebAssemblyPlatform = Reflect.get(globalThis, 'WebAssembly')
