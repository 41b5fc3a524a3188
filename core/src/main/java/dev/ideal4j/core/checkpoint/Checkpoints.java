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

/** Opens the files that weights come in. */
public final class Checkpoints {
    private static final byte[] ZIP = {'P', 'K', 3, 4};

    private Checkpoints() {}

    /**
     * Opens a file of weights. Its kind is told by its content, not its name:
     *
     * <ul>
     *   <li>what {@code torch.save} writes, since PyTorch 1.6 (a zip archive) and before (pickles and raw data);
     *   <li>TorchScript archives ({@code torch.jit.save}): parameters and buffers of the module tree, not the constants of its
     *       code;
     *   <li>safetensors: one file, or the index of several ({@code model.safetensors.index.json}), or a folder that has one
     *       index or a {@code model.safetensors}.
     * </ul>
     *
     * The tar files of PyTorch's first releases and plain pickles are refused. Elements may be float64, float32, float16,
     * bfloat16, integers of 8 to 64 bits or bool.
     *
     * <p><b>Names.</b> Those of a safetensors file are as stored. In a TorchScript archive a name is the path of
     * attributes from the outermost module, joined with dots. In a PyTorch checkpoint it is the path of dict keys and list
     * positions, joined with dots, after two simplifications: as long as the outermost dict has one of the keys {@code
     * state_dict, model_state_dict, model, teacher, net, network} (the first of these that it has) with a dict under it,
     * that dict is taken in its place and the rest left out; and {@code module.} is dropped when every name starts with
     * it. Whatever is not a tensor is passed over.
     *
     * <p><b>Safety.</b> Nothing in the file is run. A pickle may name only tensors, parameters and plain containers; a
     * name outside that list is an error that states it. Sizes are checked against the file before memory is taken, so
     * that opening, or reading one tensor, never takes more than four times the file's size, or 4 MiB if that is more.
     *
     * @param file any size; only headers are read here, tensors when asked for
     * @throws FileAccessException if it cannot be read
     * @throws FileFormatException if it is none of these, damaged, truncated, or holds something that is not allowed
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

    /** Opens a file that must be safetensors. */
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
            throw new FileAccessException(file, e);
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
