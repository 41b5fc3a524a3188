package dev.ideal4j.core.image;

import java.awt.color.ICC_Profile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads the name of an ICC profile. Samples are read without the profile, like in Pillow, and a note reports its name.
 */
final class ColourProfile {
    /** Replaces the name of a profile that cannot be read. */
    static final String DAMAGED = "that is damaged";

    private ColourProfile() {}

    /** Returns the name in the description of a profile; null for sRGB, because samples are interpreted as sRGB. */
    static @Nullable String name(byte[] file, int offset, int length) {
        String name = "without a name";
        try {
            byte[] profile = Arrays.copyOfRange(file, offset, offset + length);
            byte[] data = ICC_Profile.getInstance(profile).getData(ICC_Profile.icSigProfileDescriptionTag);
            name = data == null ? name : description(ByteBuffer.wrap(data));
        } catch (RuntimeException e) {
            return DAMAGED;
        }
        return name.contains("sRGB") ? null : name;
    }

    /** Reads a tag of type desc (ASCII) or mluc (UTF-16 in several languages, the first of which is used). */
    private static String description(ByteBuffer tag) {
        boolean several = tag.getInt(0) == 0x6D6C7563;
        int length = several ? tag.getInt(20) : tag.getInt(8);
        byte[] text = new byte[Math.max(0, Math.min(200, length))];
        tag.get(several ? tag.getInt(24) : 12, text);
        return new String(text, several ? StandardCharsets.UTF_16BE : StandardCharsets.US_ASCII)
                .replaceAll("\\p{Cntrl}", "")
                .strip();
    }
}
