/** A part of a store with some of its members replaced. What has methods cannot be spread. */
export function partWith<T extends object>(real: T, own: Partial<T>): T {
  return new Proxy(real, {
    get(_, name) {
      if (name in own) return Reflect.get(own, name)
      const member: unknown = Reflect.get(real, name)
      return typeof member === 'function' ? member.bind(real) : member
    },
  })
}
