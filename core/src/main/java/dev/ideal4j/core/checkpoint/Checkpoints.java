package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.support.FileKind;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.ZipException;

/** Opens weight files. */
public final class Checkpoints {
    private static final byte[] ZIP = {'P', 'K', 3, 4};

    private Checkpoints() {}

    /**
     * Opens a weight file. The content of the file determines its format. Only the index of several safetensors files
     * is recognised by its name. The formats are:
     *
     * <ul>
     *   <li>files of {@code torch.save}, since PyTorch 1.6 (a zip archive) and before (pickles and raw data);
     *   <li>TorchScript archives ({@code torch.jit.save}): the parameters and buffers of the module tree, but not the
     *       constants of its code;
     *   <li>safetensors: one file, or the index of several ({@code model.safetensors.index.json}), or a folder that
     *       contains one index or a {@code model.safetensors}.
     * </ul>
     *
     * The tar files of PyTorch's first releases and plain pickles are rejected. Elements may be float64, float32,
     * float16, bfloat16, integers of 8 to 64 bits or bool.
     *
     * <p><b>Names.</b> In a safetensors file, names are used as stored. In a TorchScript archive, a name is the path of
     * attributes from the outermost module, joined with dots. In a PyTorch checkpoint, a name is the path of dict keys
     * and list positions, joined with dots, after two simplifications. First, if the outermost dict has a dict under
     * one of the keys {@code state_dict, model_state_dict, model, teacher, net, network} (tried in this order), the
     * inner dict replaces the outer one and the rest is ignored. This step is repeated. Second, the prefix {@code
     * module.} is removed if every name starts with it. Values that are not tensors are ignored.
     *
     * <p><b>Safety.</b> No code in the file is executed. A pickle may refer only to tensors, parameters and plain
     * containers. Any other class or function causes an error that names it. Sizes are checked against the size of the
     * file before memory is allocated. Opening a file or reading one tensor therefore allocates at most four times the
     * size of the file, or 4 MiB if this is more.
     *
     * @param file a file of any size, or a folder; this method reads only the headers, and tensors are read on demand
     * @throws FileAccessException if the file cannot be read
     * @throws FileFormatException if the file has another format, is damaged or truncated, or contains a class or
     *     function that is not allowed
     */
    public static WeightFile open(Path file) {
        try {
            if (Files.isDirectory(file)) {
                return open(ShardIndex.in(file));
            } else if (ShardIndex.matches(file)) {
                return ShardIndex.open(file);
            }
            ShardIndex.refuseShard(file);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                return open(file, channel);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (EOFException | ZipException e) {
            String reason = Printable.of(String.valueOf(e.getMessage()));
            throw new FileFormatException(file, "a damaged archive (" + reason + ")", "a whole one", e);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    /** Opens a file that must have the safetensors format. */
    static WeightFile openSafetensors(Path file) {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            try {
                ByteBuffer first = start(channel);
                if (!Safetensors.starts(first, channel.size())) {
                    throw new FileFormatException(file, describe(first, channel.size()), "safetensors");
                }
                return Safetensors.open(file, channel, new AllocationLimit(file, channel.size()));
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    private static ByteBuffer start(FileChannel channel) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(FileKind.PREFIX);
        FileStorages.stream(channel, 0).readNBytes(first.array(), 0, first.capacity());
        return first;
    }

    private static WeightFile open(Path file, FileChannel channel) throws IOException {
        ByteBuffer first = start(channel);
        AllocationLimit limit = new AllocationLimit(file, channel.size());
        if (starts(first, ZIP)) {
            channel.close();
            return TorchZip.open(file, limit);
        } else if (starts(first, TorchLegacy.START)) {
            return TorchLegacy.open(file, channel, limit);
        } else if (Safetensors.starts(first, channel.size())) {
            return Safetensors.open(file, channel, limit);
        }
        throw new FileFormatException(
                file, describe(first, channel.size()), "a PyTorch checkpoint, a TorchScript archive or safetensors");
    }

    private static boolean starts(ByteBuffer first, byte[] magic) {
        return Arrays.equals(first.array(), 0, magic.length, magic, 0, magic.length);
    }

    private static String describe(ByteBuffer first, long size) {
        boolean pickle = size > 0 && first.get(0) == (byte) 0x80;
        return pickle ? "a pickle that torch.save did not write" : FileKind.describe(first, size);
    }
}
