package dev.ideal4j.core.image;

import java.io.IOException;
import java.util.Iterator;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The JDK's own decoders, picked by class: other plugins on the class path, which might decode to other samples, don't
 * matter.
 */
enum JdkReaders {
    /** PNG. */
    PNG("com.sun.imageio.plugins.png.PNGImageReaderSpi"),
    /** JPEG. */
    JPEG("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi"),
    /** BMP. */
    BMP("com.sun.imageio.plugins.bmp.BMPImageReaderSpi");

    private final ImageReaderSpi provider;

    JdkReaders(String className) {
        Iterator<ImageReaderSpi> found = IIORegistry.getDefaultInstance()
                .getServiceProviders(
                        ImageReaderSpi.class, spi -> spi.getClass().getName().equals(className), false);
        if (!found.hasNext()) {
            throw new IllegalStateException(className + " is missing: the JDK's module java.desktop is incomplete");
        }
        provider = found.next();
    }

    /** A reader without input; not thread-safe. */
    javax.imageio.ImageReader create() throws IOException {
        return provider.createReaderInstance();
    }
}
