package dev.holdfast.bench;

import dev.holdfast.bench.peers.PretrainingPeer;
import dev.holdfast.bench.peers.PyTorchAuthorsPretraining;
import dev.holdfast.bench.peers.PyTorchPretraining;
import org.openjdk.jmh.annotations.Benchmark;

/** A step of pretraining, with PyTorch. */
public class PretrainingBenchmark extends AbstractPretrainingBenchmark {
    @Override
    PretrainingPeer peer(String method) {
        return switch (method) {
            case "pytorch" -> new PyTorchPretraining(settings(), workers);
            case "pytorchAuthors" -> new PyTorchAuthorsPretraining(settings(), workers);
            default -> super.peer(method);
        };
    }

    /** PyTorch in the order of products that costs it least. */
    @Benchmark
    public double pytorch() {
        return peer.step();
    }

    /** PyTorch in the authors' order of products. */
    @Benchmark
    public double pytorchAuthors() {
        return peer.step();
    }
}
