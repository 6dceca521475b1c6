//! Bytes to documents with spans, believed exactly as kubectl believes them.
