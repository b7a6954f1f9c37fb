/** Where the tables of a WordPiece model lie, as src/engine/placeWordPiece.ts writes it. */
@unmanaged
export class WordPieceModel {
  /** Working memory: the engine's, not used here. */
  scratch: u32;
  /** A double array of tokens' bytes: {base u32, parent u32, id u32} a node. */
  trie: u32;
  /** The node behind the bytes that a continuation begins with; NONE where no token begins so. */
  continuing: u32;
  unknownId: u32;
  maxCharacters: u32;
}
