package dev.holdfast.spark;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;

/**
 * What travels between JVMs. Kryo, where Spark is told to use it, writes fields; what is in here goes through Java
 * serialisation with either, so that states and classifiers are the bytes of their files.
 */
@DefaultSerializer(JavaSerializer.class)
final class Shared<T extends Serializable> implements Serializable {
    private static final long serialVersionUID = 1;

    private final T value;

    Shared(T value) {
        this.value = value;
    }

    T value() {
        return value;
    }
}
