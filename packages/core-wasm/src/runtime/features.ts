/** The builds of the module: `simd` gives the same bits everywhere, `relaxed` fuses multiply and add. */
export type Variant = "simd" | "relaxed";

// One row, one thing: (module (func (result v128) i32.const 1 i8x16.splat ×3, f32x4.relaxed_madd))
// prettier-ignore
const relaxedProbe = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // "\0asm", version 1
  0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b, // type section: () → v128
  0x03, 0x02, 0x01, 0x00, // function section: one function of type 0
  0x0a, 0x13, 0x01, 0x11, 0x00, // code section: one body of 17 bytes, no locals
  0x41, 0x01, 0xfd, 0x0f, 0x41, 0x01, 0xfd, 0x0f, 0x41, 0x01, 0xfd, 0x0f, // i32.const 1, i8x16.splat, thrice
  0xfd, 0x85, 0x02, // f32x4.relaxed_madd
  0x0b, // end
]);

/** Whether this engine compiles relaxed SIMD (Node ≥ 21, Chromium ≥ 114; not Node 20). */
export function hasRelaxedSimd(): boolean {
  return WebAssembly.validate(relaxedProbe);
}
