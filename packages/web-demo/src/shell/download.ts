/** Gives the visitor a file, under that name. */
export function download(bytes: Uint8Array<ArrayBuffer>, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = name;
  link.click();
  // Not at once: browsers that ask where to save it read it later.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
