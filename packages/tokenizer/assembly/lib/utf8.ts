/** How many bytes the character at `pointer` has, in well-formed UTF-8. */
// @ts-ignore: decorator
@inline
export function characterLength(pointer: usize): u32 {
  const byte = <u32>load<u8>(pointer);
  return byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}
