package dev.ideal4j.core.image;

import java.io.IOException;
import java.util.Iterator;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The decoders of the JDK, selected by class. Other plugins on the class path are not used, because they might decode
 * different samples.
 */
enum JdkReaders {
    PNG("com.sun.imageio.plugins.png.PNGImageReaderSpi"),
    JPEG("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi"),
    BMP("com.sun.imageio.plugins.bmp.BMPImageReaderSpi"),
    GIF("com.sun.imageio.plugins.gif.GIFImageReaderSpi");

    private final ImageReaderSpi provider;

    JdkReaders(String className) {
        provider = provider(ImageReaderSpi.class, className);
    }

    /** Creates a reader without input. The reader is not thread-safe. */
    javax.imageio.ImageReader create() throws IOException {
        return provider.createReaderInstance();
    }

    /** Returns a provider of the JDK. */
    static <T> T provider(Class<T> category, String className) {
        Iterator<T> found = IIORegistry.getDefaultInstance()
                .getServiceProviders(category, spi -> spi.getClass().getName().equals(className), false);
        if (!found.hasNext()) {
            throw new IllegalStateException(className + " is missing: the JDK's module java.desktop is incomplete");
        }
        return found.next();
    }
}
