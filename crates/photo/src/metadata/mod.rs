//! EXIF, XMP and IPTC of the outputs.
